"""Tables in files: one reader for `load_table`, streams, the commands and the demo."""

import gzip
import os
import re
import zipfile

import pytest

from skembed.data import stream
from skembed.datasets import load_table

GIVE_SEPARATOR = "separator= (on the command line: --separator)"
OPEN_CELL = (
    "a cell begins with a quotation mark, and no quotation mark ends it. Put one at its end. A "
    "quotation mark that belongs to the text is written twice, in a cell that is in quotation "
    'marks: """Yes"", she said".'
)
GIVE_ENCODING = (
    "If it has another encoding, such as latin-1 or cp1252, name it with encoding= (on the command "
    "line: --encoding), or save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')."
)


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ('text,label\n"a" b,x\nc,y\n', ["a b", "c"]),
        ('text,label\n"a\n\r\nb\r""c""",x\nd,y\n', ['a\n\r\nb\r"c"', "d"]),
        ('text,label\nsay "a",x\n"two\nlines" ,y', ['say "a"', "two\nlines "]),
        ("text,label\r\n\r\n \t\r\na,x\r\n\r\nb,y\r\n\r\n", ["a", "b"]),
        ("text,label\ra,x\r\rb,y", ["a", "b"]),
        ("\ntext,label\n a\x0b\0,x\nb\u2028c,y\n", [" a\x0b\0", "b\u2028c"]),
        ("text,label,,,\na,x,,,\nb,y,1,2,\n", ["a", "b"]),
        ("n,label,n,text\n1,x,2,a\n1,y,2,b\n", ["a", "b"]),
        ("text;label\nh, i;x\nb;y\n", ["h, i", "b"]),
        ("label|text\nx|a,b;c\ny|d\n", ["a,b;c", "d"]),
        ("id\ttext\tlabel\n1\ta, b\tx\n2\tc; d\ty\n", ["a, b", "c; d"]),
        ('"text";"label"\n"a;\nb";x\n"c";y\n', ["a;\nb", "c"]),
    ],
)
def test_rows(read, content, texts, write):
    assert read(write(content)) == (texts, ["x", "y"])


def test_separators_and_encodings_that_are_given(read, write):
    texts, labels = ["naïve, so", "b"], ["x", "y"]
    table = "text^label\nnaïve, so^x\nb^y\n"
    for encoding in ("latin-1", "cp1252", "utf-16-le", "utf-16-be"):
        path = write(table.encode(encoding))
        assert read(path, separator="^", encoding=encoding) == (texts, labels)
        path = write(gzip.compress(table.encode(encoding)), "table.csv.gz")
        assert read(path, separator="^", encoding=encoding) == (texts, labels)
    path = write(table.replace("^", ";"), "table.tsv")
    assert read(path, separator=";") == (texts, labels)


@pytest.mark.parametrize("name", ["table.csv", "table.tsv", "table.jsonl"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-be", "utf-32-be"])
def test_byte_order_marks_decide(read, encoding, name, write):
    content = '{"text": "naïve", "label": "x"}\n'
    if name != "table.jsonl":
        content = "text\tlabel\nnaïve\tx\n".replace("\t", "\t" if name == "table.tsv" else ";")
    mark = "\ufeff" if encoding.endswith("-be") else ""
    path = write((mark + content).encode(encoding), name)
    assert read(path) == (["naïve"], ["x"])
    assert read(path, encoding="latin-1") == (["naïve"], ["x"])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('label,text\nham,"hello\nspam,win\nham,ok\n', 2),
        ('label,text\nx,"a\nb"\n\nham,"hello\nspam,win', 5),
        ('label,text\rx,"a\rb"\r\rham,"hello\rspam,win', 5),
        ('label,text\r\nx,"a\r\nb"\r\nham,"', 4),
        ('label,text\n"two\nlines",x\n"y\nz","ham\n', 5),
        ('label,"text\nham,hello\n', 1),
        ('label,text\nham,"hello\nspam,"win" now\nham,ok\n', 2),
        ('label\ttext\nham\tok\nham\t"hello\nspam\twin\nham\t"well" then\nham\tok\n', 3),
        ('label,text\nx,"a"\n"b\nc","d\ne,"f\n', 4),
    ],
)
def test_quotation_marks_that_do_not_close(content, line, write, refuse):
    path = write(content)
    refuse(path, f"{path}, line {line}: {OPEN_CELL}")


def test_a_mark_that_opens_a_huge_file_does_not_fill_the_memory(refuse, write, monkeypatch):
    monkeypatch.setattr("skembed.data._delimited.LARGEST_CELL", 1000)
    path = write('text,label\na,x\n"b,' + "y\na," * 500)
    message = (
        f"{path}, line 3: the row that begins there has a cell of more than 1,000 characters. "
        "Close the quotation mark that opens it, or shorten the text."
    )
    refuse(path, message)


@pytest.mark.parametrize(
    ("content", "line", "n_cells"),
    [
        ("text,label\na\n", 2, 1),
        ('text,label\n"a\n\nb",x\n\nc,d,y\n', 6, 3),
        ('text,label\n"a\n\nb",x,\n', 2, 3),
        ("text,label\ra,x\r\rb\r", 4, 1),
        ("text\tlabel\na\tx\n\t\t\n", 3, 3),
        ("text,label,,\na,x,,\nb,y,\n", 3, 3),
    ],
)
def test_rows_with_too_few_or_too_many_cells(content, line, n_cells, write, refuse):
    path, width = write(content), 4 if ",," in content else 2
    separator = "\t" if "\t" in content else ","
    cells = "1 cell" if n_cells == 1 else f"{n_cells} cells"
    refuse(
        path,
        f"{path}, line {line}: {cells}, but the header has {width}, with the separator "
        f"{separator!r}. Put cells that contain the separator into quotation marks, or give "
        f"another one with {GIVE_SEPARATOR}.",
    )


CHOOSE = "Choose columns with text= and label= (on the command line: --text and --label)."


@pytest.mark.parametrize(
    ("content", "message", "separator"),
    [
        ("txt;label\na,b;x\n", "has no column 'text'. Its columns: 'txt', 'label'. Did you"
         " mean 'txt'?", ";"),
        ("Text,label,test\na,x,\n", "has no column 'text'. Its columns: 'Text', 'label', 'test'. "
         "Did you mean 'Text'?", ","),
        ("text^label\na^x\n", "has no column 'text'. Its columns: 'text^label'.", ","),
        ("text ,label\na,x\n", "has no column 'text'. Its columns: 'text ', 'label'. Did "
         "you mean 'text '?", ","),
        ("text,text,label\na,b,x\n", "has more than one column 'text'. Its columns: 'text', 'text',"
         " 'label'. Rename one of them.", None),
        ("title,body,label\na,b,x\n", "has no column 'text'. Its columns: 'title', 'body', "
         f"'label'. {CHOOSE}", None),
        ("text label\na x\n", "has no column 'text'. Its columns: 'text label'.", ","),
        ("a,b|c\n1,2|3\n1|3,4\n", "has no column 'text'. Its columns: 'a', 'b|c'.", ","),
    ],
)  # fmt: skip
def test_columns_that_are_not_there(content, message, separator, write, refuse):
    path = write(content)
    way_out = (
        f" The separator is {separator!r}; if another one is right, give it with {GIVE_SEPARATOR}."
    )
    is_whole = separator is None or "Did you mean" in message
    refuse(path, f"{path} {message}{'' if is_whole else way_out}")


def test_several_columns_with_a_blank_between_them(write):
    path = write("title,body,label\na,b,x\n")
    said = (
        f"{path} has no column 'title body'. Its columns: 'title', 'body', 'label'. Name several "
        "columns so: text=['title', 'body'] (on the command line: --text title,body)."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        load_table(path, text="title body", label="label")


def test_a_table_of_many_columns_is_told_by_the_first(read, write):
    path = write(",".join(f"c{i}" for i in range(1000)) + "\n")
    with pytest.raises(ValueError, match=r"'c18', 'c19' and 980 more\. Choose columns with"):
        read(path)


def test_a_separator_is_never_guessed_among_several(read, write):
    path = write("text,a;text,label\nb,c;d,x\n")
    assert read(path) == (["b"], ["x"])
    path = write("text,a;text\nb,c;d\n")
    with pytest.raises(
        ValueError,
        match=re.escape(
            f"{path} can be read with each of the separators ',', ';'. "
            f"Give the right one with {GIVE_SEPARATOR}."
        ),
    ):
        stream(path, text="text")
    assert [*stream(path, text="text", separator=";")] == [(["d"], None)]
    path = write("text\na; b\nc\n")  # one column has no separator
    assert [*stream(path, text="text")] == [(["a; b", "c"], None)]


@pytest.mark.parametrize(
    ("content", "byte", "position", "options", "wanted"),
    [
        (b"text;label\ncaf\xe9;x\n", "0xe9", 14, {}, "UTF-8"),
        (b"text,label\n" + b"a,x\n" * 50_000 + b"\xff,x\n", "0xff", 200_011, {}, "UTF-8"),
        (b"text,label\na\x81,x\n", "0x81", 12, {"encoding": "cp1252"}, "cp1252"),
    ],
)
def test_bytes_of_another_encoding(content, byte, position, options, wanted, write, refuse):
    path = write(content)
    message = f"{path} must be {wanted}, but byte {position} is {byte}. {GIVE_ENCODING}"
    refuse(path, message, **options)


def test_utf16_without_a_mark_is_named(read, write):
    sign = "encoding='utf-16-le' or 'utf-16-be' (on the command line: --encoding)."
    for content in ("text,label\na,x\n", "text,label\nnaïve,x\n"):
        with pytest.raises(ValueError, match=re.escape(sign)):
            read(write(content.encode("utf-16-le")))


@pytest.mark.parametrize(
    ("options", "name", "message"),
    [
        ({"separator": ";;"}, "table.csv", "separator must be one character"),
        ({"separator": '"'}, "table.csv", "separator must be one character"),
        ({"separator": ""}, "table.csv", "separator must be one character"),
        ({"encoding": "utf-9"}, "table.csv", "encoding must be the name of a text encoding"),
        ({"encoding": "base64"}, "table.csv", "encoding must be the name of a text encoding"),
        ({"encoding": 8}, "table.csv", "encoding must be the name of a text encoding"),
        ({"separator": ","}, "table.jsonl", "which has no separator. Leave it out."),
        ({"separator": ","}, "table.parquet", "which has no separator. Leave it out."),
        ({"encoding": "utf-8"}, "table.feather", "which has no encoding. Leave it out."),
    ],
)
def test_options_that_do_not_fit(read, options, name, message, write):
    with pytest.raises(ValueError, match=message):
        read(write("text,label\na,x\n", name), **options)


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n'])
@pytest.mark.parametrize("options", [{}, {"separator": ";"}])
def test_a_first_line_that_tells_the_separator(line, options, read, write, refuse):
    table = line + "text;label\na,b;x\n"
    assert read(write(table), **options) == (["a,b"], ["x"])
    marked = table.encode("utf-16")
    assert read(write(marked), **options) == (["a,b"], ["x"])
    path = write(table + ";x\n")
    refuse(path, f"{path}, line 4: column 'text' is empty. Fill it in, or remove the row.")


def test_a_separator_that_is_given_counts_more_than_one_that_is_told(read, write):
    path = write("sep=,\ntext;label\na,b;x\n")
    assert read(path, separator=";") == (["a,b"], ["x"])


def test_a_first_column_of_that_name_is_a_column(read, write):
    assert read(write("sep=x,text,label\n1,a,b\n")) == (["a"], ["b"])


@pytest.mark.parametrize(
    ("name", "content", "kind", "way_out"),
    [
        ("t.csv", gzip.compress(b"text,label\na,b\n"), "a gzip archive",
         "Give it a name that ends in .gz."),
        ("t.csv", b"PAR1\x15\0", "a Parquet table", "Give it a name that ends in .parquet."),
        ("t.tsv", b"ARROW1\0\0", "an Arrow table", "Give it a name that ends in .arrow."),
        ("t.csv", b'{"text": "a", "label": "b"}\n', "a JSON file",
         "Give it a name that ends in .jsonl if it has an object on each line."),
        ("t.jsonl", b"PK\3\4\0\0", "a zip archive", "Unpack it first."),
        ("t.csv", b"\n<!DOCTYPE html><html>", "an HTML page",
         "Download the file itself, not the page that shows it."),
        ("t.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "an old Microsoft Office file",
         "Save its table as CSV (in a spreadsheet: 'CSV UTF-8')."),
        ("t.parquet", b"PK\3\4\0\0", "a zip archive", "Unpack it first."),
        ("t.arrow", b"PAR1\x15\0", "a Parquet table", "Give it a name that ends in .parquet."),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_named(name, content, kind, way_out, write, refuse):
    path = write(content, name)
    should_be = path.suffix.removeprefix(".")
    refuse(path, f"{path} is {kind}, but its format should be {should_be}. {way_out}")


@pytest.mark.parametrize(
    ("inside", "kind"),
    [("xl/workbook.xml", "an Excel file"), ("word/document.xml", "a Microsoft Office file")],
)
def test_a_stream_of_an_office_file(inside, kind, tmp_path):
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("[Content_Types].xml", inside):
            archive.writestr(name, "<a/>")
    said = f"{path} is {kind}. Save its table as CSV (in a spreadsheet: 'CSV UTF-8')."
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        stream(path, text="text")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_parquet_from_a_pipe(write, tmp_path, refuse):
    path = tmp_path / "pipe.parquet"
    os.mkfifo(path)
    refuse(path, f"{path} is a pipe or a device, but parquet needs a file on a disk.")


@pytest.mark.parametrize("name", [0, {"text"}])
def test_names_of_columns_are_strings(name, write):
    path = write("text,label\na,x\n")
    for option in ("text", "label"):
        columns = {"text": "text", "label": "label"} | {option: name}
        message = (
            f"{option} must be the name of a column, a str; got {name!r} ({type(name).__name__})."
        )
        for read_table in (load_table, stream):
            with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
                read_table(path, **columns)


def test_the_home_folder(write, tmp_path, read, monkeypatch):
    write("text,label\na,x\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # of Windows
    assert read("~/table.csv") == (["a"], ["x"])


def test_a_table_without_labels_is_for_streams(write):
    message = "label must be the name of a column, a str; got None (NoneType)."
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        load_table(write("text,label\na,x\n"), text="text", label=None)


def test_a_path_that_is_none():
    message = "path must be a str or a path-like object; got b't.csv'."
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        load_table(b"t.csv", text="text", label="label")


def test_a_text_that_begins_as_something_else_is_read(read, write):
    content = "x^2,text,label\n1,é,b\n"
    assert read(write(content.encode("latin-1")), encoding="latin-1") == (["é"], ["b"])
