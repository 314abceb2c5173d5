//! Other words for the same public building: "акимат города" is the "горакимат", "областная больница" the "облбольница".

use super::PlaceKind;
use crate::incident::Language;

/// Russian names of public buildings, folded, and what else they are called.
const BUILDINGS: [(&str, &[&str]); 11] = [
    ("акимат города", &["городской акимат", "горакимат", "мэрия"]),
    ("областной акимат", &["облакимат", "акимат области"]),
    ("областная больница", &["облбольница", "областная клиническая больница"]),
    ("городская больница", &["горбольница"]),
    ("департамент полиции", &["двд", "департамент внутренних дел"]),
    ("отдел полиции", &["говд", "горотдел полиции", "городской отдел полиции"]),
    ("городской суд", &["горсуд"]),
    ("областной суд", &["облсуд"]),
    ("нефтеперерабатывающий завод", &["нпз"]),
    ("газоперерабатывающий завод", &["гпз"]),
    ("больница скорой неотложной помощи", &["бснп"]),
];

/// The same in Kazakh.
const KAZAKH_BUILDINGS: [(&str, &[&str]); 3] = [
    ("кала акимдиги", &["қалалық әкімдік", "қалалық әкімдігі", "қаланың әкімдігі"]),
    ("облыс акимдиги", &["облыстық әкімдік", "облыстық әкімдігі", "облыстың әкімдігі"]),
    ("облыстык аурухана", &["облыстық ауруханасы"]),
];

/// What else a building of this folded name is called.
pub(super) fn synonyms(kind: PlaceKind, language: Language, name: &str) -> &'static [&'static str] {
    let known: &[(&str, &[&str])] = match (kind, language) {
        (PlaceKind::Building, Language::Ru) => &BUILDINGS,
        (PlaceKind::Building, Language::Kk) => &KAZAKH_BUILDINGS,
        _ => &[],
    };
    known.iter().find(|(known, _)| *known == name).map_or(&[], |(_, others)| *others)
}
