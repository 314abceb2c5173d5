//! How far off a place, as Kazakh says it: after the name, which takes an ending. "Семейден шығысқа қарай 40 шақырым жерде",
//! "Семейден 40 км шығысқа қарай", "Семейге 5 км жетпей", "Семейдің шығысына қарай 40 км жерде".

use super::relation::{distance_m, unit_m};
use crate::text::{Token, numeral};

/// Endings (folded; Latin as typed) of a name from which something is measured.
const ABLATIVE: [&str; 12] = ["дан", "ден", "тан", "тен", "нан", "нен", "dan", "den", "tan", "ten", "nan", "nen"];
const GENITIVE: [&str; 6] = ["нын", "нин", "дын", "дин", "тын", "тин"];
const DATIVE: [&str; 8] = ["га", "ге", "ка", "ке", "на", "не", "ga", "ge"];

/// Beginnings (folded) of the four directions, degrees clockwise from north.
const DIRECTIONS: [(&str, f64); 7] = [
    ("солтустик", 0.0),
    ("шыгыс", 90.0),
    ("онтустик", 180.0),
    ("батыс", 270.0),
    ("soltustik", 0.0),
    ("ontustik", 180.0),
    ("shygys", 90.0),
];

/// Words that only go with a distance or a direction, folded.
const TAIL: [&str; 24] = [
    "карай",
    "караи",
    "жерде",
    "жердеги",
    "жерден",
    "жерге",
    "кашыктыкта",
    "кашыктыктагы",
    "кашыктыктан",
    "аралыкта",
    "аралыктагы",
    "алыс",
    "алыста",
    "шамасында",
    "шамамен",
    "шамалы",
    "бойы",
    "жуык",
    "астам",
    "арі",
    "кейин",
    "багытта",
    "багытында",
    "jerde",
];

/// Words after a distance before a place that was not reached.
const NOT_REACHED: [&str; 5] = ["жетпей", "жетпеи", "жетпеген", "калганда", "кала"];

/// Words of one phrase that are looked at.
const MOST_WORDS: usize = 9;

/// What is measured from a name: metres, when a distance is said, and degrees, when a direction is.
pub(super) type Offset = (Option<f64>, Option<f64>);

/// What the words after a name say. `at` is the word after the name and its kind words, `before_m` a distance that stands before the name.
pub(super) fn offset_after(words: &[Token], at: usize, before_m: Option<f64>) -> Option<Offset> {
    let measured = &words.get(at.checked_sub(1)?)?.folded;
    let ends = |endings: &[&str]| endings.iter().any(|ending| measured.ends_with(ending));
    let is_from = ends(&ABLATIVE);
    let (is_of, is_to) = (ends(&GENITIVE), ends(&DATIVE));
    if !(is_from || is_of || is_to) {
        return None;
    }
    let (mut distance, mut bearing, mut is_led, mut is_short_of) = (before_m, None, false, false);
    let mut next = at;
    while let Some(word) = words.get(next).filter(|_| next < at + MOST_WORDS) {
        if let Some(unit) = unit_after(words, next) {
            distance = distance_m(words, unit);
            next = unit + 1;
        } else if let Some(degrees) = direction(&word.folded) {
            bearing = Some(bearing.map_or(degrees, |first| between(first, degrees)));
            next += 1;
        } else if TAIL.contains(&word.folded.as_str()) {
            is_led |= word.folded.starts_with("кара");
            next += 1;
        } else {
            is_short_of = NOT_REACHED.contains(&word.folded.as_str());
            break;
        }
    }
    // "Семейдің шығысында" lies in the town, "Семейдің шығысына қарай 40 км" does not; "Семейге 5 км" says nothing yet.
    let is_said = if is_from {
        distance.is_some() || (bearing.is_some() && is_led)
    } else {
        distance.is_some() && if is_of { bearing.is_some() } else { is_short_of }
    };
    is_said.then_some((distance, bearing))
}

/// The unit of the number that begins at a word: "40 шақырым", "20-25 км", "2,5 км", "40км".
fn unit_after(words: &[Token], at: usize) -> Option<usize> {
    if unit_m(&words[at].folded).is_some() {
        // "40км", or a unit whose number stands elsewhere.
        return words[at].folded.starts_with(|c: char| c.is_ascii_digit()).then_some(at);
    }
    let numbers = words[at..].iter().take(4).take_while(|word| numeral::value(&word.folded).is_some()).count();
    let unit = words.get(at + numbers)?;
    (numbers > 0 && unit_m(&unit.folded).is_some()).then_some(at + numbers)
}

fn direction(word: &str) -> Option<f64> {
    DIRECTIONS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, degrees)| *degrees)
}

/// The direction in the middle of two: north and east are north-east.
pub(super) fn between(first: f64, second: f64) -> f64 {
    let middle = f64::midpoint(first, second);
    if (first - second).abs() > 180.0 { (middle + 180.0) % 360.0 } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn distances_and_directions_after_a_name() {
        for (text, expected) in [
            ("Семейден солтүстікке қарай 20 км", Some((Some(20_000.0), Some(0.0)))),
            ("Семейден шығысқа қарай 40 шақырым жерде", Some((Some(40_000.0), Some(90.0)))),
            ("Семейден 40 км шығысқа қарай", Some((Some(40_000.0), Some(90.0)))),
            ("Семейден 40 шақырым жерде", Some((Some(40_000.0), None))),
            ("Семейден солтүстік-батысқа қарай жиырма бес шақырым", Some((Some(25_000.0), Some(315.0)))),
            ("Семейден оңтүстік-шығысқа қарай", Some((None, Some(135.0)))),
            ("Семейдің шығысына қарай 15 километр жерде", Some((Some(15_000.0), Some(90.0)))),
            ("Семейге 5 км жетпей", Some((Some(5_000.0), None))),
            ("Семейден 20км", Some((Some(20_000.0), None))),
            ("Семейдің шығысында", None),
            ("Семейге 5 адам келді", None),
            ("Семейден шыққан пойыз", None),
        ] {
            assert_eq!(offset_after(&tokens(text), 1, None), expected, "{text}");
        }
    }
}
