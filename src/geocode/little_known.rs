//! Villages that only a list knows, by words that mean something else where a place stands that everybody knows: GeoNames has villages
//! called "Суд", "Пикет" and "Белый Дом". Their names count where words put something there, with a word for their kind, and alone.

use super::adjective::is_of_many_people;
use super::full_name::is_first_name_and_surname;
use super::kind_word::{is_filler, is_fine};
use super::mention::{Mention, Origin};
use super::person::has_surname_ending;
use super::placed::{is_alone, is_placed};
use super::resolve::Decision;
use super::weigh::{Weighed, is_surrounded};
use crate::gazetteer::{Place, PlaceKind, Rule};

/// Words (folded) that lead from, to or around a place, beside those that put something at it.
const LEADING: [&str; 11] = ["из", "до", "под", "от", "к", "через", "близ", "from", "to", "through", "з"];

/// Words (folded) that put something into a settlement rather than onto a hill.
const INTO: [&str; 5] = ["в", "во", "из", "in", "from"];

/// Streets, quarters and buildings of one name from which it is that of a person or an idea.
const MANY: usize = 2;

/// Whether a place is a village that a list has and nobody counted.
pub(super) fn is_little(place: Place<'_>) -> bool {
    place.kind() == PlaceKind::Village && place.population().is_none()
}

impl<'a> Decision<'a> {
    /// Leaves out the little villages by bare words that nothing puts anywhere, where the text names a place that is known and has nothing
    /// to do with them, and those in a sentence by names after which streets are called in several towns.
    pub(super) fn without_little_known(&self, all: &mut Vec<Weighed<'a>>) {
        // A single name may be that of a person, whatever place sounds so.
        if !all.iter().any(|candidate| is_little(candidate.place)) && self.mentions.len() > 1 {
            return;
        }
        let unlikely: Vec<usize> = all
            .chunk_by(|one, other| one.mention == other.mention)
            .filter(|villages| {
                self.is_bare_little(villages)
                    && (self.is_beside_known(villages, all)
                        || self.is_name_of_many(villages[0].mention)
                        || self.is_surname(villages[0].mention)
                        || self.is_beside_capital(villages[0].mention)
                        || self.describes_word(villages[0].mention))
                    || self.is_person_alone(villages)
            })
            .map(|villages| villages[0].mention)
            .collect();
        all.retain(|candidate| !unlikely.contains(&candidate.mention));
        // "на Кок-Тобе" is on the hill that everybody knows; "в Кок-Тобе" may be in a village.
        let landmarks: Vec<usize> = all
            .iter()
            .filter(|candidate| self.mentions[candidate.mention].origin == Origin::Text)
            .filter(|candidate| !self.is_led_into(candidate.mention) && self.is_landmark(candidate))
            .map(|candidate| candidate.mention)
            .collect();
        all.retain(|candidate| !landmarks.contains(&candidate.mention) || !is_little(candidate.place));
    }

    fn is_led_into(&self, mention: usize) -> bool {
        let mention = &self.mentions[mention];
        let before = self.found.words[..mention.first].last();
        mention.kind.is_some() || before.is_some_and(|word| INTO.contains(&word.folded.as_str()))
    }

    /// Whether a mention means little villages only, and no word beside it says that it is a place.
    fn is_bare_little(&self, villages: &[Weighed<'a>]) -> bool {
        let mention = &self.mentions[villages[0].mention];
        let words = &self.found.words;
        let is_led = || {
            let mut before = words[..mention.first].iter().rev().take_while(|_| !words[mention.first].is_after_break);
            before.next().is_some_and(|word| LEADING.contains(&word.folded.as_str()))
        };
        let is_placed_by = |rule: Rule| is_placed(words, mention.first, mention.last, rule);
        mention.origin == Origin::Text
            && mention.kind.is_none()
            && villages.iter().all(|village| is_little(village.place))
            && !is_alone(words, mention.first, mention.last)
            && !is_led()
            && !(0..self.mentions.len())
                .any(|other| other != villages[0].mention && self.are_listed(villages[0].mention, other))
            && !villages.iter().any(|village| is_placed_by(village.posting.rule))
    }

    /// Whether another name is that of a known place, and none of the villages lies in what any of the other names may mean.
    fn is_beside_known(&self, villages: &[Weighed<'a>], all: &[Weighed<'a>]) -> bool {
        let others = || all.iter().filter(|other| other.mention != villages[0].mention);
        let is_related = |other: &Weighed<'a>| {
            villages.iter().any(|village| {
                self.lies_in(village, other)
                    || self.lies_in(other, village)
                    || is_surrounded(village.place, other.place)
            })
        };
        others().any(|other| !is_little(other.place)) && !others().any(is_related)
    }

    /// Whether a first name and a surname are all that is said: "Қаныш Сәтбаев" is first of all a person, whatever village is called so.
    fn is_person_alone(&self, villages: &[Weighed<'a>]) -> bool {
        let mention = &self.mentions[villages[0].mention];
        let words = &self.found.words;
        let sounds_so = |village: &Weighed<'a>| matches!(village.posting.rule, Rule::Latin | Rule::Transliterated);
        self.mentions.len() == 1
            && mention.kind.is_none()
            && words.len() == 2
            && mention.first == 0
            && mention.last == 1
            && is_first_name_and_surname(&words[0].folded, &words[1].folded)
            && villages.iter().all(|village| is_little(village.place) || sounds_so(village))
    }

    /// Whether an unknown word with a capital stands directly beside the name, as in "Жан Стобе" and "Иоанн Златоуст".
    fn is_beside_capital(&self, mention: usize) -> bool {
        let Mention { first, last, .. } = self.mentions[mention];
        let words = &self.found.words;
        let is_unknown = |at: usize| {
            let names_area = |other: &Mention| {
                other.postings.iter().any(|posting| !is_fine(self.gazetteer.at(posting.place).kind()))
            };
            let is_known = self.mentions.iter().any(|other| {
                other.origin == Origin::Text && (other.first..=other.last).contains(&at) && names_area(other)
            });
            words[at].is_capital && !words[at].is_dotted && !is_filler(&words[at].folded) && !is_known
        };
        let before = first.checked_sub(1).filter(|_| !words[first].is_after_break);
        let after = Some(last + 1).filter(|next| words.get(*next).is_some_and(|word| !word.is_after_break));
        before.is_some_and(is_unknown) || after.is_some_and(is_unknown)
    }

    /// Whether the name is an adjective before the noun that it describes, or only what something is called: "Школьный звонок", "Булан
    /// деген полиция".
    fn describes_word(&self, mention: usize) -> bool {
        let Mention { first, last, .. } = self.mentions[mention];
        let words = &self.found.words;
        let next = words.get(last + 1).filter(|next| !next.is_after_break && !next.is_capital);
        let is_adjective = first == last
            && ["ый", "ии", "ои", "ая", "ое", "ые"].iter().any(|ending| words[first].folded.ends_with(ending));
        next.is_some_and(|next| next.folded == "деген" || (is_adjective && !is_filler(&next.folded)))
    }

    /// Whether the name is rather somebody's: "спектакль по Чехову".
    fn is_surname(&self, mention: usize) -> bool {
        let Mention { first, last, .. } = self.mentions[mention];
        let words = &self.found.words;
        let are_many = words[..first].last().is_some_and(|word| is_of_many_people(&word.folded));
        first == last && words[first].is_capital && has_surname_ending(&words[first].folded) && !are_many
    }

    fn is_name_of_many(&self, mention: usize) -> bool {
        let postings = self.mentions[mention].postings.iter();
        let is_part_of_town = |place: &Place<'_>| is_fine(place.kind());
        postings.map(|posting| self.gazetteer.at(posting.place)).filter(is_part_of_town).count() >= MANY
    }
}
