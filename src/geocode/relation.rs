//! How the words around names relate the incident to them: some way off a place, between two, at the crossing of streets.

use super::kind_word::KindWords;
use super::mention::Mention;
use super::offset_after::{between, offset_after};
use crate::text::{Token, fold, numeral};

/// What the words say.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Relation {
    /// Some way off the place of a mention.
    Off {
        /// Index of the mention.
        mention: usize,
        /// Metres, when they are said.
        distance_m: Option<f64>,
        /// Degrees clockwise from north, when a direction is said.
        bearing_deg: Option<f64>,
    },
    /// Between the places of some mentions, or on the road that joins them.
    Between(Vec<usize>),
    /// On the part of a street that reaches from one street to another: "от Рыскулова до Сатпаева".
    Stretch([usize; 2]),
    /// At a distance along the road from the first of two places to the second: "100-й км автодороги Караганда — Балхаш".
    Mark {
        /// Indexes of the mentions, the one that is counted from first.
        ends: [usize; 2],
        /// Metres.
        distance_m: f64,
    },
    /// Where the streets of some mentions cross.
    Crossing(Vec<usize>),
}

/// Words (folded) after which a distance or direction is measured.
const FROM: [&str; 8] = ["от", "вид", "з", "from", "of", "off", "ot", "vid"];
/// Words after which a place is measured from only where a distance stands before them: "за 5 км до Щучинска", "в 3 км за Талгаром".
const FROM_WITH_DISTANCE: [&str; 6] = ["до", "за", "перед", "после", "before", "past"];
/// Words, after "не" or joined with it, that put the incident before a place on the way there.
const NOT_REACHING: [&str; 5] = ["доезжая", "недоезжая", "доехав", "доходя", "доижджаючи"];
/// Words before the first of two ends ("от Рыскулова до Сатпаева", "из Уральска в Аксай") and between them.
const START: [&str; 8] = ["от", "из", "с", "со", "from", "вид", "з", "зи"];
const END: [&str; 6] = ["до", "в", "во", "на", "to", "к"];
/// Words that put the incident beside a settlement, not into it.
const NEAR: [&str; 38] = [
    "вокруг",
    "around",
    "около",
    "возле",
    "езды",
    "пид",
    "биля",
    "коло",
    "близ",
    "вблизи",
    "недалеко",
    "неподалеку",
    "невдалеке",
    "поблизости",
    "окрестностях",
    "окрестности",
    "окрестностей",
    "пригороде",
    "пригородах",
    "пригород",
    "под",
    "near",
    "outside",
    "close",
    "vicinity",
    "неподалик",
    "поблизу",
    "околицях",
    "рядом",
    "передмисти",
    "okolo",
    "vozle",
    "vblizi",
    "bliz",
    "nedaleko",
    "nepodaleku",
    "ryadom",
    "pod",
];
/// The same, said after the name.
const NEAR_AFTER: [&str; 24] = [
    "манында",
    "манындагы",
    "манына",
    "манынан",
    "манайында",
    "манайындагы",
    "манайына",
    "манайынан",
    "жанында",
    "жанындагы",
    "жанынан",
    "жакын",
    "тубинде",
    "тубиндеги",
    "иргесинде",
    "иргесиндеги",
    "тонирегинде",
    "тонирегиндеги",
    "касында",
    "касындагы",
    "manynda",
    "maninda",
    "janynda",
    "zhanynda",
];
/// Beginnings of the words for a road between places.
const ROADS: [&str; 16] = [
    "перегон",
    "трас",
    "автошлях",
    "trass",
    "автодорог",
    "автотрасс",
    "дорог",
    "перегон",
    "автомагистрал",
    "магистрал",
    "highway",
    "road",
    "railway",
    "жолы",
    "тасжол",
    "автожол",
];
/// Forms of the Kazakh word for a road (folded) of which other words are not the beginning.
const KAZAKH_ROADS: [&str; 8] = ["жолда", "жолдын", "жолдан", "жолга", "жолмен", "jolda", "joldyn", "joldan"];

/// Whether a folded word is one for a road between places.
fn is_road(folded: &str) -> bool {
    ROADS.iter().any(|road| folded.starts_with(road)) || KAZAKH_ROADS.contains(&folded)
}

/// Words for a way that has a name only by its ends.
const WAYS: [&str; 5] = ["пути", "путь", "way", "полпути", "halfway"];
/// Beginnings of the words for a crossing of streets.
const CROSSINGS: [&str; 23] = [
    "угол",
    "углу",
    "угла",
    "пересечени",
    "перекрест",
    "corner",
    "intersection",
    "crossing",
    "киылыс",
    "риг",
    "рози",
    "перехрест",
    "перетин",
    "бурышы",
    "junction",
    "ugol",
    "uglu",
    "perekrest",
    "peresech",
    "qiylys",
    "kiylys",
    "туйискен",
    "туйисинде",
];
/// Words (folded) between the names of streets that cross, beside those that join any names.
const CROSSED: [&str; 4] = ["x", "х", "at", "с"];
/// Short for a corner.
const CORNER: &str = "уг";
/// Whether a folded word for a district, before a name that is none of one, stands for what is around: "в районе Приозерска".
pub(super) fn is_vicinity_word(folded: &str) -> bool {
    ["районе", "району", "района"].contains(&folded)
}

const BETWEEN: [&str; 3] = ["между", "миж", "between"];
const BETWEEN_AFTER: [&str; 4] = ["арасында", "арасындагы", "аралыгында", "аралыгындагы"];
/// Words between two names that join them.
const JOINING: [&str; 14] = ["и", "та", "й", "and", "мен", "пен", "бен", "до", "жане", "i", "men", "pen", "ta", "jane"];
const KILOMETRES: [&str; 10] =
    ["км", "километр", "километров", "километрах", "km", "kms", "шакырым", "shaqyrym", "shakyrym", "верст"];
const METRES: [&str; 6] = ["метр", "метров", "метрах", "metres", "meters", "м"];

/// What the words around the mentions of a text say.
pub(super) fn relations(text: &str, words: &[Token], mentions: &[Mention], kind_words: &KindWords) -> Vec<Relation> {
    let text = Reading { chars: text.chars().collect(), words, mentions, kind_words };
    if let Some(stretch) = text.stretch() {
        return vec![stretch];
    }
    if let Some(crossing) = text.crossing() {
        return vec![crossing];
    }
    if let Some(between) = text.between() {
        return vec![between];
    }
    (0..mentions.len()).find_map(|mention| text.off(mention)).into_iter().collect()
}

struct Reading<'a> {
    chars: Vec<char>,
    words: &'a [Token],
    mentions: &'a [Mention],
    kind_words: &'a KindWords,
}

impl Reading<'_> {
    fn word(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.words.get(at)).map_or("", |word| word.folded.as_str())
    }

    fn is_kind(&self, at: usize) -> bool {
        self.kind_words.get(&self.words[at].folded, self.words[at].is_dotted).is_some()
    }

    /// The word before a mention, its kind words left out.
    fn before(&self, mention: usize) -> Option<usize> {
        let mut at = self.mentions[mention].first.checked_sub(1)?;
        while self.is_kind(at) && !FROM.contains(&self.word(Some(at))) {
            at = at.checked_sub(1)?;
        }
        Some(at)
    }

    /// The word after a mention, its kind words left out.
    fn after(&self, mention: usize) -> Option<usize> {
        let mut at = self.mentions[mention].last + 1;
        while at < self.words.len() && self.is_kind(at) && !self.is_unit(at) {
            at += 1;
        }
        (at < self.words.len()).then_some(at)
    }

    fn is_unit(&self, at: usize) -> bool {
        unit_m(&self.words[at].folded).is_some()
    }

    fn off(&self, mention: usize) -> Option<Relation> {
        let relation = |distance_m, bearing_deg| Some(Relation::Off { mention, distance_m, bearing_deg });
        if self.is_in_vicinity(mention) {
            return relation(None, None);
        }
        if let Some(at) = self.before(mention) {
            let is_from = FROM.contains(&self.word(Some(at)));
            let end = if is_from { at.checked_sub(1) } else { Some(at) };
            if let Some(end) = end {
                let direction = self.direction(end, is_from);
                let rest = match direction {
                    Some((_, start)) => start.checked_sub(1).map(|at| self.skip_small_words(at)),
                    None => Some(end),
                };
                if let Some(distance) = rest
                    .filter(|_| direction.is_some() || is_from)
                    .and_then(|at| distance_m(self.words, at).or_else(|| self.counted_m(at)))
                {
                    return relation(Some(distance), direction.map(|(bearing, _)| bearing));
                }
                // "in the north of Almaty" is in Almaty, "to the north of Almaty" is not.
                let is_inside = direction.is_some_and(|(_, start)| self.is_inside(start));
                if let Some((bearing, _)) = direction.filter(|_| !is_inside) {
                    return relation(None, Some(bearing));
                }
                if NEAR.contains(&self.word(Some(end))) || (NEAR.contains(&self.word(Some(at))) && !is_from) {
                    // "10 km outside Taraz"
                    let before = end.checked_sub(1).filter(|&before| self.is_unit(before));
                    return relation(before.and_then(|before| distance_m(self.words, before)), None);
                }
                if let Some(distance) = self.before_reaching(at, mention) {
                    return relation(distance, None);
                }
                // "рядом с Актау": the small word stands between.
                if ["с", "со", "к", "до", "to", "the", "s"].contains(&self.word(Some(at)))
                    && at.checked_sub(1).is_some_and(|at| NEAR.contains(&self.word(Some(at))))
                {
                    return relation(None, None);
                }
                // "на подъезде к Кокпекты"
                if self.word(Some(at)) == "к"
                    && at.checked_sub(1).is_some_and(|at| self.word(Some(at)).starts_with("подъезд"))
                {
                    return relation(None, None);
                }
            }
        }
        let at = self.after(mention)?;
        let before_m = self.before(mention).filter(|&at| self.is_unit(at)).and_then(|at| distance_m(self.words, at));
        if let Some((distance, bearing)) = offset_after(self.words, at, before_m) {
            return relation(distance, bearing);
        }
        if NEAR_AFTER.contains(&self.word(Some(at))) && !self.words[at].is_after_break {
            return relation(None, None);
        }
        None
    }

    /// "в районе Приозерска", "в районе села Шетпе"
    fn is_in_vicinity(&self, mention: usize) -> bool {
        let Mention { kind, first, .. } = &self.mentions[mention];
        let is_district = kind.as_ref().is_some_and(|(_, word)| is_vicinity_word(&fold(word)));
        let lead = if kind.is_some() && is_vicinity_word(self.word(first.checked_sub(2))) { 2 } else { 1 };
        !is_district && is_vicinity_word(self.word(first.checked_sub(lead)))
    }

    /// What the words that end at `at` say of a place that is not reached or lies behind: `Some(None)` without a distance.
    fn before_reaching(&self, at: usize, mention: usize) -> Option<Option<f64>> {
        let is_led = FROM_WITH_DISTANCE.contains(&self.word(Some(at)));
        let last = if is_led { at.checked_sub(1)? } else { at };
        if let Some(distance) = distance_m(self.words, last).filter(|_| is_led) {
            return Some(Some(distance));
        }
        if !NOT_REACHING.contains(&self.word(Some(last))) {
            return None;
        }
        // "в 5 км не доезжая Щучинска", "не доезжая Щучинска 5 км"
        let mut before = last.checked_sub(1);
        if self.word(before) == "не" {
            before = before.and_then(|at| at.checked_sub(1));
        }
        let after = self.after(mention).and_then(|at| self.distance_after(at));
        Some(before.and_then(|at| distance_m(self.words, at)).or(after))
    }

    /// Metres of the distance whose number is the word at `at` and whose unit stands before it: "км 11 от Серебрянска".
    fn counted_m(&self, at: usize) -> Option<f64> {
        let value = numeral::value(&self.words.get(at)?.folded)?;
        Some(value * unit_m(&self.words.get(at.checked_sub(1)?)?.folded)?)
    }

    /// Metres of the distance whose number is the word at `at`.
    fn distance_after(&self, at: usize) -> Option<f64> {
        let value = numeral::value(&self.words.get(at)?.folded)?;
        Some(value * unit_m(&self.words.get(at + 1)?.folded)?)
    }

    /// Whether a direction whose first word is `start` is a part of the place: "in the north of".
    fn is_inside(&self, start: usize) -> bool {
        let before = |steps: usize| self.word(start.checked_sub(steps));
        before(1) == "in" || (before(1) == "the" && ["in", "across", "throughout"].contains(&before(2)))
    }

    /// Steps back over words that stand between a distance and a direction: "25 км к северу", "20 km to the north".
    fn skip_small_words(&self, from: usize) -> usize {
        let mut at = from;
        while at > 0 && ["к", "ко", "на", "to", "the", "в", "k", "na"].contains(&self.word(Some(at))) {
            at -= 1;
        }
        at
    }

    /// The direction whose last word is `end`, and its first word.
    fn direction(&self, end: usize, is_from: bool) -> Option<(f64, usize)> {
        let last = self.word(Some(end));
        let is_comparative = (last.ends_with("нее") || last.ends_with("нише")) && !is_from;
        if !is_comparative && !is_from {
            return None;
        }
        // "ю-з от Макинска": in Russian each of the two letters is a word.
        let pair = end.checked_sub(1).filter(|at| self.chars.get(self.words[*at].end) == Some(&'-'));
        if let Some(start) = pair
            && let Some((_, bearing)) = LETTERED_DIRECTIONS.iter().find(|((one, other), _)| {
                self.word(Some(start)) == *one && last == *other && self.words[start].end + 1 == self.words[end].start
            })
        {
            return Some((*bearing, start));
        }
        let bearing = bearing_deg(last)?;
        let half = end.checked_sub(1).and_then(|at| match self.word(Some(at)) {
            "северо" | "пивнично" | "пивничний" | "пивничному" | "north" => {
                Some((0.0, at))
            }
            "юго" | "пивденно" | "пивденний" | "пивденному" | "south" => {
                Some((180.0, at))
            }
            _ => None,
        });
        Some(match half {
            Some((_, start)) if bearing == 0.0 || bearing == 180.0 => (bearing, start),
            Some((main, start)) => (between(main, bearing), start),
            None => (bearing, end),
        })
    }

    /// Whether only joining words stand between two mentions that follow each other.
    fn are_joined(&self, first: usize, second: usize) -> bool {
        let (from, to) = (self.mentions[first].last + 1, self.mentions[second].first);
        (from..to).all(|at| JOINING.contains(&self.word(Some(at))) || self.is_kind(at))
    }

    /// Whether the words before and between two mentions that follow each other name the ends of something: "из Уральска в Аксай".
    fn are_ends(&self, first: usize, second: usize) -> bool {
        let (from, to) = (self.mentions[first].last + 1, self.mentions[second].first);
        let gap: Vec<usize> = (from..to).filter(|at| !self.is_kind(*at)).collect();
        let leads = gap.first().is_some_and(|at| END.contains(&self.word(Some(*at))));
        gap.len() == 1 && leads && START.contains(&self.word(self.start_of(first)))
    }

    /// The word before a mention and its kind words, be it a word like "с" that is short for a kind as well.
    fn start_of(&self, mention: usize) -> Option<usize> {
        let mut at = self.mentions[mention].first.checked_sub(1)?;
        while self.is_kind(at) && !START.contains(&self.word(Some(at))) {
            at = at.checked_sub(1)?;
        }
        Some(at)
    }

    /// "от Рыскулова до Сатпаева": whether both are streets, and of which street, is seen later.
    fn stretch(&self) -> Option<Relation> {
        let is_stretch = |second: &usize| {
            let (from, to) = (self.mentions[*second - 1].last + 1, self.mentions[*second].first);
            (from..to).any(|at| ["до", "to"].contains(&self.word(Some(at)))) && self.are_ends(*second - 1, *second)
        };
        let second = (1..self.mentions.len()).find(is_stretch)?;
        (self.mentions.len() > 2 && !self.says_between()).then_some(Relation::Stretch([second - 1, second]))
    }

    /// The distance of a kilometre mark: before the word for the road ("на 35-м километре трассы"), or after all of it.
    fn mark(&self, road: Option<usize>, start: usize, end: usize) -> Option<f64> {
        // "the 100th km of the Karaganda–Balkhash highway"
        let before = road.or(Some(start)).and_then(|road| {
            (1..=3)
                .filter_map(|steps| road.checked_sub(steps))
                .find_map(|at| self.is_unit(at).then(|| distance_m(self.words, at)))
        });
        before.flatten().or_else(|| {
            let at = (end + 1..self.words.len()).take(3).find(|at| numeral::value(self.word(Some(*at))).is_some())?;
            let is_offset = ["от", "до", "from"].contains(&self.word(Some(at + 2)));
            self.distance_after(at).filter(|_| !is_offset)
        })
    }

    fn between(&self) -> Option<Relation> {
        for first in 0..self.mentions.len() {
            let mut joined = vec![first];
            while joined.last().is_some_and(|&last| {
                last + 1 < self.mentions.len()
                    && (self.are_joined(last, last + 1) || self.are_ends(last, last + 1))
                    && !self.has_comma(last, last + 1)
            }) {
                joined.push(joined.len() + first);
            }
            let (&start, &end) = (joined.first()?, joined.last()?);
            if start == end {
                continue;
            }
            let before = self.before(start);
            let before_steps = (0..3).filter_map(|steps| before.and_then(|at| at.checked_sub(steps)));
            let road_before = before_steps.clone().find(|at| is_road(self.word(Some(*at))));
            let is_way = self.are_ends(joined[0], joined[1])
                && before_steps.take(2).any(|at| WAYS.contains(&self.word(Some(at))));
            let after = Some(self.mentions[end].last + 1).filter(|&at| at < self.words.len());
            let road_after = (0..3).any(|steps| after.is_some_and(|at| is_road(self.word(Some(at + steps)))));
            let is_along = road_before.is_some() || road_after;
            if let (&[first, second], true) = (&joined[..], is_along)
                && let Some(distance_m) = self.mark(road_before, self.mentions[start].first, self.mentions[end].last)
            {
                return Some(Relation::Mark { ends: [first, second], distance_m });
            }
            if is_along
                || is_way
                || BETWEEN.contains(&self.word(before))
                || after.is_some_and(|at| BETWEEN_AFTER.contains(&self.word(Some(at))))
            {
                return Some(Relation::Between(joined));
            }
        }
        None
    }

    fn crossing(&self) -> Option<Relation> {
        let is_said = says_crossing(self.words);
        let all: Vec<usize> = (0..self.mentions.len()).collect();
        if is_said && all.len() >= 2 {
            return Some(Relation::Crossing(all));
        }
        // "Абая/Байзакова", "Абая - Ауэзова", "Abay Avenue and Baizakov Street": whether both are streets is seen later.
        (1..self.mentions.len())
            .find(|&second| {
                (self.are_joined(second - 1, second) || self.are_crossed(second - 1, second))
                    && !self.has_comma(second - 1, second)
                    && !self.are_listed(second - 1, second)
            })
            .map(|second| Relation::Crossing(vec![second - 1, second]))
            .filter(|_| !self.says_between())
    }

    /// Whether a word that only crossings have stands between two mentions: "Саина х Жандосова", "Zheltoksan at Kurmangazy".
    fn are_crossed(&self, first: usize, second: usize) -> bool {
        let (from, to) = (self.mentions[first].last + 1, self.mentions[second].first);
        let mut gap = (from..to).filter(|at| !self.is_kind(*at));
        matches!((gap.next(), gap.next()), (Some(at), None) if CROSSED.contains(&self.word(Some(at))))
    }

    /// Whether two mentions are a list under one word ("на улицах Абая и Сатпаева"), which says nothing of a crossing.
    fn are_listed(&self, first: usize, second: usize) -> bool {
        let is_plural =
            |mention: usize| self.mentions[mention].kind.as_ref().is_some_and(|(kind, _)| kind.may_be_plural);
        is_plural(first) && is_plural(second) && self.mentions[second].first > self.mentions[first].last + 1
    }

    /// Whether a comma stands between two mentions: a list, not a pair.
    fn has_comma(&self, first: usize, second: usize) -> bool {
        let (from, to) = (self.words[self.mentions[first].last].end, self.words[self.mentions[second].first].start);
        self.chars.get(from..to).is_some_and(|gap| gap.iter().any(|c| [',', ';', ':', '(', ')'].contains(c)))
    }

    fn says_between(&self) -> bool {
        self.words.iter().any(|word| {
            BETWEEN.contains(&word.folded.as_str())
                || BETWEEN_AFTER.contains(&word.folded.as_str())
                || is_road(&word.folded)
        })
    }
}

/// Whether a quoted name is one of the ends of a road that is called by them: "трасса «Алматы — Екатеринбург»".
pub(super) fn is_on_quoted_road(words: &[Token], at: usize) -> bool {
    let opens = (0..at).rev().find(|before| !words[*before].is_quoted);
    opens.is_some_and(|before| ROADS.iter().any(|road| words[before].folded.starts_with(road)))
}

/// Whether a word of a text says that streets cross.
pub(super) fn says_crossing(words: &[Token]) -> bool {
    words.iter().any(|word| word.folded == CORNER || CROSSINGS.iter().any(|stem| word.folded.starts_with(stem)))
}

/// Metres of the distance whose unit is the word at `at`.
pub(super) fn distance_m(words: &[Token], at: usize) -> Option<f64> {
    let word = |at: usize| words[at].folded.as_str();
    let unit = unit_m(word(at))?;
    // "20км"
    if let Some(digits) = Some(word(at).bytes().take_while(u8::is_ascii_digit).count()).filter(|digits| *digits > 0) {
        return numeral::value(&word(at)[..digits]).map(|value| value * unit);
    }
    let Some(before) = at.checked_sub(1) else { return Some(unit) };
    let Some(value) = numeral::value(word(before)) else {
        // "в километре от": one.
        return Some(unit).filter(|_| unit >= 1000.0);
    };
    let earlier = before.checked_sub(1).map(|at| (&words[at], numeral::value(word(at))));
    Some(match earlier {
        Some((tens, Some(whole))) if numeral::are_one(&tens.folded, word(before)) => (whole + value) * unit,
        // "2,5 км" and "2.5 km" come as two numbers.
        Some((whole_word, Some(whole))) if whole_word.is_dotted || words[before].is_after_break => {
            let digits = word(before).len().min(6) as i32;
            (whole + value / 10f64.powi(digits)) * unit
        }
        // "20-25 км"
        Some((_, Some(least))) if least < value => f64::midpoint(least, value) * unit,
        _ => value * unit,
    })
}

pub(super) fn unit_m(word: &str) -> Option<f64> {
    let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if KILOMETRES.contains(&word) || ["километр", "kilomet", "шакырым"].iter().any(|stem| word.starts_with(stem))
    {
        Some(1000.0)
    } else if METRES.contains(&word) {
        Some(1.0)
    } else if ["миль", "милях", "миля", "мили", "mile", "miles", "mi"].contains(&word) {
        Some(1609.344)
    } else {
        None
    }
}

/// Short directions (folded) in English.
const SHORT_DIRECTIONS: [(&str, f64); 16] = [
    ("n", 0.0),
    ("nne", 22.5),
    ("ne", 45.0),
    ("ene", 67.5),
    ("e", 90.0),
    ("ese", 112.5),
    ("se", 135.0),
    ("sse", 157.5),
    ("s", 180.0),
    ("ssw", 202.5),
    ("sw", 225.0),
    ("wsw", 247.5),
    ("w", 270.0),
    ("wnw", 292.5),
    ("nw", 315.0),
    ("nnw", 337.5),
];

/// The same in the first letters of two words.
const LETTERED_DIRECTIONS: [((&str, &str), f64); 4] =
    [(("с", "в"), 45.0), (("ю", "в"), 135.0), (("ю", "з"), 225.0), (("с", "з"), 315.0)];

fn bearing_deg(word: &str) -> Option<f64> {
    if let Some((_, bearing)) = SHORT_DIRECTIONS.iter().find(|(short, _)| *short == word) {
        return Some(*bearing);
    }
    for (stems, bearing) in [
        (&["северо-восток", "северовосток", "northeast"][..], 45.0),
        (&["юговосток", "southeast"], 135.0),
        (&["югозапад", "southwest"], 225.0),
        (&["северозапад", "northwest"], 315.0),
        (&["север", "пивнич", "пивноч", "north", "sever"], 0.0),
        (&["восто", "восточ", "схид", "сход", "east", "vostok"], 90.0),
        (&["юг", "юж", "пивден", "пивдн", "south", "yug"], 180.0),
        (&["запад", "захид", "заход", "west", "zapad"], 270.0),
    ] {
        if stems.iter().any(|stem| word.starts_with(stem)) {
            return Some(bearing);
        }
    }
    None
}
