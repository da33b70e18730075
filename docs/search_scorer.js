// How the search orders what it finds: pages that explain stand above records and changes.
const RECORDS = /^(changelog|decisions|examples|accuracy_details|accuracy_by_corpus|gallery\/|_modules\/)/;
const EXPLAINS = /^(guide\/|which_model|explaining|saving|serving|command_line|testing|faq|coming_from|accuracy$)/;

var Scorer = {
  score: (result) => {
    const [docname, title, anchor, description, score] = result;
    if (EXPLAINS.test(docname)) return score + 20;
    return RECORDS.test(docname) ? score - 10 : score;
  },
  objNameMatch: 31,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
