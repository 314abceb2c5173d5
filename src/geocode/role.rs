//! What a name does in its sentence. Where a text says where something happened ("в Шымкенте"), a name that only says where somebody came
//! from, goes to, runs between or belongs ("жителя Алматы", "летевший из Бишкека в Стамбул", "поезд Алматы – Астана") is no other place of it.

use super::kind_word::{KindWords, is_fine};
use super::mention::{Mention, is_well_known};
use super::no_place::WordSet;
use super::person::speaks;
use super::word_list::{begins_as_one_of, holds};
use crate::gazetteer::{Gazetteer, Place, PlaceKind, Rule};
use crate::text::Token;

/// What a name does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It says where something happened.
    Site,
    /// It says where somebody or something comes from, goes to or belongs.
    Way,
    /// It says who told: "сообщили в акимате".
    Source,
    /// Nothing says what it does.
    Plain,
}

/// Words (folded) that put something somewhere.
const SITE: [&str; 25] = [
    "в",
    "во",
    "на",
    "у",
    "возле",
    "около",
    "близ",
    "вблизи",
    "под",
    "недалеко",
    "пид",
    "биля",
    "коло",
    "поблизу",
    "in",
    "at",
    "near",
    "inside",
    "outside",
    "around",
    "across",
    "within",
    "reached",
    "v",
    "na",
];
/// Words (folded) for a part of a settlement, after which its name stands in the genitive: "на окраине Кулана".
const PARTS_OF_PLACE: [&str; 12] = [
    "окраине",
    "окраины",
    "окраинах",
    "центре",
    "пригороде",
    "окрестностях",
    "улицах",
    "территории",
    "севере",
    "юге",
    "востоке",
    "западе",
];
/// Words (folded) before where something comes from.
const FROM: [&str; 8] = ["из", "изо", "з", "из-за", "зи", "from", "iz", "стороны"];
/// Words (folded) before where something goes.
const TO: [&str; 9] = ["до", "к", "to", "towards", "toward", "сторону", "направлении", "напрямку", "направление"];
/// Words (folded) of the second end of a way that has a first one.
const SECOND_END: [&str; 7] = ["в", "во", "на", "до", "к", "to", "and"];
/// Words before "от", "from" and the like that make a place the measure of another: it says where something happened.
const MEASURED: &str = "\
    far away north south east west km kilometres kilometers miles metres km км километрах километров километра шакырым верст минутах \
    неподалеку недалеко север юг восток запад северу югу востоку западу close next near nearer adjacent due";
/// Words after which something is measured.
const OFF: [&str; 7] = ["от", "вид", "of", "from", "to", "до", "ot"];
/// Words before "из" that make it a part of something.
const PARTS: &str =
    "один одна одно одном одной одного двух трех нескольких некоторых многих каждом каждого one two some";
/// Beginnings of the words that are joined with another place: "прервано сообщение с Державинском".
const JOINED: &str = "сообщени связ сполучення";
/// Words (folded) that join a name to the one before it.
const AND: [&str; 6] = ["и", "та", "й", "and", "мен", "жане"];
/// Beginnings (folded) of the words for people and offices that belong to the place named after them in the genitive.
const BELONGING: &str = "\
    волонтер журналист активист врач жител нефтяник рабоч работник сотрудник шахтер горняк металлург урожен выходец выходц мешкан \
    гражд студент школьни пенсионер аким мэр мер губернатор прокурор депутат полици спасател пожарн власт делегац команд чиновник \
    предпринимател начальник директор руководител сторож охранник resident native mayor governor citizen";
/// The same in English, after the name: "an Uralsk-based company".
const ENGLISH_AFTER: &str = "\
    based born registered bound resident residents native natives rescuer rescuers business businesses farmer farmers police officer \
    officers official officials authorities activist activists miner miners worker workers volunteer volunteers firefighter \
    firefighters journalist journalists lawyer lawyers student students mayor governor doctor doctors driver drivers protester \
    protesters";
/// Beginnings of the same in Kazakh: "Тараз тұрғыны".
const BELONGING_AFTER: &str = "\
    тургын азаматы азаматша акими мэри студенти полицейлер полицейи кутаруш тумас";
/// Beginnings (folded) of the words for what runs between two places, before or after them.
const VEHICLES: &str = "\
    поезд потяг автобус рейс самолет литак борт электрич маршрут состав вагон авиарейс пассажирск train bus flight plane coach \
    пойыз ушак катынаитын";
/// Beginnings of the words for roads, which do the same where a district or a settlement says where on the road it was.
const ROADS: &str = "трасс автотрасс автодорог дорог автомагистрал highway motorway жол";

/// Words (folded) for what is somewhere whatever happens elsewhere, and before whoever asks for something.
const RESIDES: [&str; 9] = [
    "находится",
    "находящийся",
    "находящаяся",
    "живет",
    "проживает",
    "проживающий",
    "проживающая",
    "базируется",
    "зарегистрирована",
];
const ASKED_BY: [&str; 4] = ["запросу", "просьбе", "поручению", "приглашению"];

/// Endings of Russian participles of the past, folded, in the cases that say more about a word before them.
const PARTICIPLES: [&str; 21] = [
    "нным",
    "нными",
    "нного",
    "нной",
    "нных",
    "нная",
    "нный",
    "вшим",
    "вшими",
    "вшего",
    "вшей",
    "вший",
    "вшая",
    "вшие",
    "вших",
    "вшийся",
    "вшаяся",
    "вшиеся",
    "вшимся",
    "вшемся",
    "вшегося",
];

/// Words (folded) for what an office says of something that is elsewhere.
const CONCERN: &str = "\
    выразил выразила выразило выразили осудил осудила осудило осудили прокомментировал прокомментировала прокомментировали";

/// Words (folded) for telling.
const TELLING: &str = "\
    сообщил сообщила сообщили сообщает сообщают заявил заявила заявили заявляет заявляют рассказал рассказала рассказали рассказывает \
    рассказывают отметил отметила отметили отмечает подтвердил подтвердила подтвердили пояснил пояснила пояснили уточнил уточнила \
    уточнили передает передают пишет пишут писал утверждал утверждала утверждает утверждают узнали добавил добавила добавили считает \
    считают предупредил предупредила предупредили выразило выразил выразила повидомив повидомила повидомили заявив заявила said says \
    told reported reports";

/// Words (folded) that come after a word for telling that ends a sentence.
const TOLD_AT: [&str; 14] =
    ["в", "во", "у", "из", "на", "со", "об", "его", "ее", "их", "in", "at", "журналистам", "агентству"];

static TELLS: WordSet = WordSet::new(|| TELLING.split_whitespace().collect());
static CONCERNS: WordSet = WordSet::new(|| CONCERN.split_whitespace().collect());

fn tells(folded: &str) -> bool {
    TELLS.contains(folded)
}

/// Words (folded) before whoever told.
const TOLD_BY: [&str; 5] = ["данным", "словам", "информации", "сообщению", "сведениям"];

/// Endings of Kazakh words for what is gone to: "Шымкент мектептеріне".
const KAZAKH_GOALS: [&str; 7] = ["терине", "дерине", "лерине", "тарына", "дарына", "ларына", "сына"];

/// Letters from which an unknown word with a capital may be the name of a place.
const LEAST_NAME_LETTERS: usize = 5;

/// How many words before two ends the vehicle may stand: "поезд № 10 сообщением Алматы – Астана".
const REACH: usize = 4;

/// What is left of the mentions of a text.
pub(super) struct Sites {
    pub(super) mentions: Vec<Mention>,
    /// What was left out, and why.
    pub(super) note: String,
    /// Whether what was left out only owns something that is named, and nobody comes from there or goes there.
    pub(super) are_owners: bool,
}

/// The mentions without those that are only on somebody's way; `None` when that is all of them or none, and nothing says where it
/// happened.
pub(super) fn without_ways(
    chars: &[char],
    words: &[Token],
    mentions: &[Mention],
    has_unknown: bool,
    kind_words: &KindWords,
    gazetteer: &Gazetteer,
) -> Option<Sites> {
    if mentions.is_empty() || (mentions.len() == 1 && !has_unknown) {
        return None;
    }
    let reading = Reading { chars, words, mentions, kind_words, gazetteer };
    let roles = reading.roles();
    let is_place = |number: usize| !matches!(roles[number], Role::Way | Role::Source);
    if (0..mentions.len()).all(is_place) {
        return None;
    }
    // "з Варшави розвантажили у Миколаєві", where only one of the two is known: what is known is not where it happened.
    if has_unknown && roles.iter().all(|role| *role == Role::Way) && reading.has_unknown_site() {
        let note = "what is known only says where somebody comes from, goes to or belongs".to_owned();
        return Some(Sites { mentions: Vec::new(), note, are_owners: false });
    }
    let has_site = roles.contains(&Role::Site)
        || (0..mentions.len()).any(|number| roles[number] == Role::Plain && reading.leads(number));
    let is_dropped: Vec<bool> = (0..mentions.len())
        .map(|way| {
            roles[way] == Role::Source && (0..mentions.len()).any(is_place)
                || roles[way] == Role::Way
                    && has_site
                    && !(0..mentions.len()).any(|other| roles[other] != Role::Way && reading.are_nested(way, other))
        })
        .collect();
    let dropped: Vec<String> = mentions
        .iter()
        .zip(&is_dropped)
        .filter(|(_, is_dropped)| **is_dropped)
        .map(|(mention, _)| format!("`{}`", mention.surface))
        .collect();
    if dropped.is_empty() {
        return None;
    }
    let note = format!("{} only says where somebody comes from, goes to or belongs", dropped.join(", "));
    let are_owners = (0..mentions.len()).all(|number| !is_dropped[number] || !reading.is_end(number));
    let kept = mentions.iter().zip(is_dropped).filter(|(_, is_dropped)| !is_dropped);
    Some(Sites { mentions: kept.map(|(mention, _)| mention.clone()).collect(), note, are_owners })
}

struct Reading<'a> {
    chars: &'a [char],
    words: &'a [Token],
    mentions: &'a [Mention],
    kind_words: &'a KindWords,
    gazetteer: &'a Gazetteer,
}

impl Reading<'_> {
    fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = (0..self.mentions.len()).map(|mention| self.role(mention)).collect();
        for second in 1..self.mentions.len() {
            let first = second - 1;
            // "вывозят в Шымкент и Туркестан"
            if roles[first] == Role::Way && roles[second] == Role::Plain && self.is_joined(first, second) {
                roles[second] = Role::Way;
            }
            let is_pair =
                self.is_run(first, second) || (roles[first] == Role::Way && self.is_second_end(first, second));
            if is_pair {
                roles[first] = Role::Way;
                roles[second] = Role::Way;
            }
        }
        for mention in 0..roles.len() {
            // "Астанинский фонд передал вагончики …"
            if roles[mention] == Role::Plain && self.is_owner_adjective(mention) {
                roles[mention] = Role::Source;
            }
            // "… начался процесс над начальником завода, задержанным осенью в Астане", "отказались спускаться после трагедии в Караганде"
            let has_main = || {
                (0..roles.len()).any(|other| {
                    let is_here = self.clause(&self.mentions[mention]).contains(&self.mentions[other].first);
                    let is_area = |place: &Place<'_>| matches!(place.kind(), PlaceKind::Region | PlaceKind::Country);
                    let is_known = |place: &Place<'_>| !is_area(place) && is_well_known(*place);
                    let is_named = || self.meant(&self.mentions[other]).iter().any(is_known);
                    let may_be_site =
                        roles[other] == Role::Site || (other < mention && roles[other] == Role::Plain && is_named());
                    other != mention
                        && may_be_site
                        && (!is_here || other < mention)
                        && !self.is_in_participle(other)
                        && !self.is_after_cause(other)
                })
            };
            let is_background = || self.is_in_participle(mention) || self.is_after_cause(mention);
            if roles[mention] == Role::Site && is_background() && has_main() {
                roles[mention] = Role::Way;
            }
        }
        let told: Vec<usize> = (0..roles.len()).filter(|&mention| self.is_aside(mention)).collect();
        for mention in told {
            roles[mention] = Role::Source;
        }
        // A road is as good a place as the region it runs through.
        let is_precise = |mention: usize| {
            let of = |kind: PlaceKind| !matches!(kind, PlaceKind::Region | PlaceKind::Country);
            self.mentions[mention].postings.iter().any(|posting| of(self.gazetteer.at(posting.place).kind()))
        };
        if (0..roles.len()).any(|mention| roles[mention] == Role::Site && is_precise(mention)) {
            for first in 0..self.mentions.len() - 1 {
                if self.is_road(first, first + 1) {
                    roles[first] = Role::Way;
                    roles[first + 1] = Role::Way;
                }
            }
        }
        roles
    }

    /// The words of the part of the sentence around a mention, between two breaks.
    fn clause(&self, mention: &Mention) -> std::ops::Range<usize> {
        let start = (0..=mention.first).rev().find(|&at| self.words[at].is_after_break).unwrap_or(0);
        let end = (mention.last + 1..self.words.len()).find(|&at| self.words[at].is_after_break);
        start..end.unwrap_or(self.words.len())
    }

    /// Whether a name stands where a sentence says who told it, or where it was not, and another part of it names something else that is
    /// no country: "заявил в Астане, что …", "…; об этом сообщила сестра из Шымкента", "…, а не в Актау".
    fn is_aside(&self, number: usize) -> bool {
        let mention = &self.mentions[number];
        let clause = self.clause(mention);
        let speaks_here = || clause.clone().any(|at| tells(self.word(at)));
        let starts = |words: &[&str]| words.iter().enumerate().all(|(at, word)| self.word(clause.start + at) == *word);
        let is_content_next = ["что", "що", "that"].contains(&self.word(clause.end));
        // "…, сообщили в полиции"; but "…, подтвердила обвал на руднике" goes on with what was told.
        let is_led = TOLD_AT.contains(&self.word(clause.start + 1));
        let is_aside = (clause.start > 0 && is_led && tells(self.word(clause.start)))
            || starts(&["об", "этом"])
            || (starts(&["как"]) && speaks_here())
            || (is_content_next && speaks_here())
            || clause.clone().any(|at| CONCERNS.contains(self.word(at)))
            || starts(&["а", "не"]);
        is_aside
            && (0..self.mentions.len()).any(|other| {
                let is_elsewhere = !clause.contains(&self.mentions[other].first);
                let is_precise = |place: &Place<'_>| !matches!(place.kind(), PlaceKind::Country | PlaceKind::Region);
                is_elsewhere
                    && self.meant(&self.mentions[other]).iter().any(is_precise)
                    && !self.are_nested(number, other)
            })
    }

    /// Whether a name is only an adjective, in the nominative: what it describes belongs to the town, wherever it acts.
    fn is_owner_adjective(&self, number: usize) -> bool {
        let mention = &self.mentions[number];
        let surface = mention.surface.to_lowercase();
        mention.kind.is_none()
            && mention.postings.iter().all(|posting| posting.rule == Rule::Adjective)
            && ["ский", "ская", "ское", "ские"].iter().any(|ending| surface.ends_with(ending))
    }

    /// Whether a name stands in a part of the sentence that begins with a Russian participle in an oblique case, which says more about
    /// somebody or something of the part before.
    fn is_in_participle(&self, number: usize) -> bool {
        let clause = self.clause(&self.mentions[number]);
        let first = self.word(clause.start);
        clause.start > 0
            && clause.start < self.mentions[number].first
            && first.chars().count() > 6
            && PARTICIPLES.iter().any(|ending| first.ends_with(ending))
    }

    /// Whether "после" stands before a name in its part of the sentence, behind the name before it.
    fn is_after_cause(&self, number: usize) -> bool {
        let mention = &self.mentions[number];
        let clause = self.clause(mention);
        let start = number.checked_sub(1).map_or(clause.start, |before| self.mentions[before].last.max(clause.start));
        (start..mention.first).any(|at| ["после", "after"].contains(&self.word(at)))
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.folded.as_str())
    }

    fn is_kind(&self, at: usize) -> bool {
        self.kind_words.get(&self.words[at].folded, self.words[at].is_dotted).is_some()
    }

    /// The word that leads to a mention: the one before its kind words and one adjective, in the same part of the sentence.
    fn lead(&self, mention: usize) -> Option<usize> {
        let mut at = self.mentions[mention].first;
        let mut adjectives = 0;
        loop {
            if self.words[at].is_after_break {
                return None;
            }
            at = at.checked_sub(1)?;
            let word = self.word(at);
            let is_adjective = ["ом", "ем", "ой", "ей", "ых", "их", "ому"].iter().any(|ending| word.ends_with(ending));
            if self.is_kind(at) && !SITE.contains(&word) {
                continue;
            }
            if is_adjective && adjectives == 0 && word.chars().count() > 4 && !self.words[at].is_capital {
                adjectives += 1;
                continue;
            }
            return Some(at);
        }
    }

    fn role(&self, number: usize) -> Role {
        let mention = &self.mentions[number];
        if self.is_dateline(mention) {
            return Role::Source;
        }
        if self.is_demonym(mention) {
            return Role::Way;
        }
        if let Some(role) = self.role_after(mention) {
            return role;
        }
        let Some(at) = self.lead(number) else { return Role::Plain };
        let (word, before) = (self.word(at), at.checked_sub(1).map_or("", |before| self.word(before)));
        let is_told = (["в", "во", "у"].contains(&word) && speaks(before)) || TOLD_BY.contains(&word);
        if is_told && self.meant(mention).iter().all(|place| is_fine(place.kind())) {
            return Role::Source;
        }
        // "relatives in Almaty say"
        if word == "in" && self.words.get(mention.last + 1).is_some_and(|next| speaks(&next.folded)) {
            return Role::Source;
        }
        if OFF.contains(&word) && holds(MEASURED, before) {
            return Role::Site;
        }
        let is_number = !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit());
        let is_direction = FROM.contains(&word) || TO.contains(&word);
        let is_joined = ["с", "со", "з"].contains(&word) && begins_as_one_of(JOINED, before);
        // "от Рыскулова до Сатпаева" is a stretch of a street.
        let is_stretch = || {
            let from = number.checked_sub(1).and_then(|first| self.lead(first));
            word == "до" && from.is_some_and(|from| ["от", "с", "со"].contains(&self.word(from)))
        };
        // "чей офис находится в Караганде", "задержан по запросу Актобе"
        let is_residence = ["в", "во", "in"].contains(&word) && RESIDES.contains(&before);
        let is_asked_by = before == "по" && ASKED_BY.contains(&word);
        if is_residence || is_asked_by {
            return Role::Way;
        }
        if is_joined || is_direction && !is_number && !holds(PARTS, before) && !is_stretch() {
            return Role::Way;
        }
        // "в акимате посёлка" is in it.
        let is_belonging = |word: &str| begins_as_one_of(BELONGING, word) && word != "акимате";
        if word == "полиции" && ["отделе", "отделении", "управлении", "департаменте", "участке"].contains(&before)
        {
            return Role::Site;
        }
        if (is_belonging(word) && self.is_genitive(mention)) || (word == "of" && is_belonging(before)) {
            // "нефтяники «Озенмунайгаза»" may be anywhere in its town.
            return if self.meant(mention).iter().all(|place| place.kind() == PlaceKind::Building) {
                Role::Source
            } else {
                Role::Way
            };
        }
        if PARTS_OF_PLACE.contains(&word) && ["в", "на", "с"].contains(&before) && self.is_genitive(mention) {
            return Role::Site;
        }
        if SITE.contains(&word) {
            return if self.is_goal(mention) { Role::Way } else { Role::Site };
        }
        Role::Plain
    }

    /// Whether a word or a Kazakh ending says that something comes from there or goes there.
    fn is_end(&self, number: usize) -> bool {
        let is_case = |rule: Rule| matches!(rule, Rule::Inflected("Kazakh ablative" | "Kazakh dative"));
        let lead = self.lead(number).map_or("", |at| self.word(at));
        FROM.contains(&lead)
            || TO.contains(&lead)
            || SITE.contains(&lead)
            || self.mentions[number].postings.iter().any(|posting| is_case(posting.rule))
    }

    /// What the words after a name or its Kazakh ending say, or the ending of the word for its kind.
    fn role_after(&self, mention: &Mention) -> Option<Role> {
        let cases = |wanted: &[&str]| {
            let is_wanted = |rule: Rule| matches!(rule, Rule::Inflected(case) if case.strip_prefix("Kazakh ").is_some_and(|case| wanted.contains(&case)));
            mention.postings.iter().any(|posting| is_wanted(posting.rule))
        };
        let mut last = mention.last;
        while last + 1 < self.words.len() && !self.words[last + 1].is_after_break && self.is_kind(last + 1) {
            last += 1;
        }
        let kind = (last > mention.last).then(|| self.word(last));
        let ends = |endings: &[&str]| kind.is_some_and(|kind| endings.iter().any(|ending| kind.ends_with(ending)));
        let next = self.words.get(last + 1).filter(|next| !next.is_after_break);
        let is_goal = |word: &str| KAZAKH_GOALS.iter().any(|ending| word.ends_with(ending));
        if next.is_some_and(|Token { folded, .. }| {
            begins_as_one_of(BELONGING_AFTER, folded) || holds(ENGLISH_AFTER, folded) || is_goal(folded)
        }) {
            return Some(Role::Way);
        }
        if ends(&["нда", "нде", "ндагы", "ндеги"]) || (kind.is_none() && cases(&["locative", "attributive"]))
        {
            return Some(Role::Site);
        }
        let is_way =
            ends(&["нан", "нен", "сына", "сине", "ына", "ине"]) || (kind.is_none() && cases(&["ablative", "dative"]));
        (is_way && !cases(&["locative"])).then_some(Role::Way)
    }

    /// "ASTANA (Reuters) – …" says where it was written.
    fn is_dateline(&self, mention: &Mention) -> bool {
        let rest = &self.chars[self.words[mention.last].end..];
        let after = |rest: &'_ [char]| rest.iter().position(|c| *c != ' ').unwrap_or(rest.len());
        let Some(agency) = rest.get(after(rest)..).filter(|rest| rest.first() == Some(&'(')) else { return false };
        let Some(end) = agency.iter().position(|c| *c == ')') else { return false };
        let rest = &agency[end + 1..];
        mention.first == 0 && rest.get(after(rest)).is_some_and(|c| "-–—".contains(*c))
    }

    /// "Azerbaijani jet": a country only by what it makes of something.
    fn is_demonym(&self, mention: &Mention) -> bool {
        let surface = mention.surface.as_str();
        let ends = ["i", "ian", "ese", "ish"].iter().any(|ending| surface.ends_with(ending));
        let next = self.words.get(mention.last + 1).filter(|next| !next.is_after_break && !next.is_capital);
        ends && next.is_some() && self.meant(mention).iter().all(|place| place.kind() == PlaceKind::Country)
    }

    /// Whether a name that nothing leads to begins a part of the text and is known enough to be what the rest is about: "Орск, прорыв
    /// дамбы, вода идёт в сторону Казахстана".
    fn leads(&self, number: usize) -> bool {
        let mention = &self.mentions[number];
        // "Аэропорт Алматы закрыт, рейсы направлены в Шымкент"
        let is_said = |kind: PlaceKind| mention.kind.as_ref().is_some_and(|(word, _)| word.kinds.contains(&kind));
        let is_known = |place: &Place<'_>| is_well_known(*place) && (!is_fine(place.kind()) || is_said(place.kind()));
        let kind_before = mention.first.checked_sub(1).filter(|before| self.is_kind(*before));
        self.words[kind_before.unwrap_or(mention.first)].is_after_break
            && !mention.is_common
            && !mention.is_organisation
            && self.meant(mention).iter().any(is_known)
    }

    /// Whether nothing but a word that joins stands between two names.
    fn is_joined(&self, first: usize, second: usize) -> bool {
        let (from, to) = self.gap(first, second);
        from + 1 == to && AND.contains(&self.word(from)) && !self.words[to].is_after_break
    }

    /// Whether something happened at a word with a capital that is no known name: "у Миколаєві".
    fn has_unknown_site(&self) -> bool {
        (1..self.words.len()).any(|at| {
            let word = &self.words[at];
            let is_named = self.mentions.iter().any(|mention| (mention.first..=mention.last).contains(&at));
            word.is_capital
                && !word.is_after_break
                && !word.is_quoted
                && !is_named
                && !self.is_kind(at)
                && word.folded.chars().count() >= LEAST_NAME_LETTERS
                && SITE.contains(&self.word(at - 1))
        })
    }

    fn is_genitive(&self, mention: &Mention) -> bool {
        mention.postings.iter().any(|posting| match posting.rule {
            Rule::AsWritten => true,
            Rule::Inflected(case) => case.ends_with("genitive"),
            Rule::Joined | Rule::Transliterated | Rule::Latin | Rule::Adjective => false,
        })
    }

    /// Whether the name after "в" or "на" stands in the case of a goal: "в Москву", "в Ташкент".
    fn is_goal(&self, mention: &Mention) -> bool {
        let declines = || {
            let surface = mention.surface.to_lowercase();
            surface.ends_with(|letter: char| "бвгджзйклмнпрстфхцчшщьая".contains(letter))
        };
        let is_goal = |rule: Rule| match rule {
            Rule::Inflected(case) => case.ends_with("accusative"),
            Rule::AsWritten => mention.kind.is_none() && declines(),
            Rule::Joined | Rule::Transliterated | Rule::Latin | Rule::Adjective => false,
        };
        let lead = mention.first.checked_sub(1).map_or("", |at| self.word(at));
        // "выехали в Явленку, где обнаружены тела": there it happened.
        let is_followed = ["где", "де", "where"].contains(&self.word(mention.last + 1));
        ["в", "во", "на"].contains(&lead) && !is_followed && self.is_all(mention, &is_goal)
    }

    /// Whether all postings of a mention have such rules, but for those that our own rules spell: these decline in no telling way.
    fn is_all(&self, mention: &Mention, is_such: &dyn Fn(Rule) -> bool) -> bool {
        let rules = mention.postings.iter().map(|posting| posting.rule);
        let mut spelled = rules.filter(|rule| !matches!(rule, Rule::Transliterated | Rule::Latin)).peekable();
        spelled.peek().is_some() && spelled.all(is_such)
    }

    fn gap(&self, first: usize, second: usize) -> (usize, usize) {
        (self.mentions[first].last + 1, self.mentions[second].first)
    }

    /// Whether the second of two is where a way from the first leads: "из Ташкента в Москву".
    fn is_second_end(&self, first: usize, second: usize) -> bool {
        let (from, to) = self.gap(first, second);
        let rest: Vec<usize> =
            (from..to).filter(|&at| !self.is_kind(at) || SECOND_END.contains(&self.word(at))).collect();
        let is_continued = (from..=to).all(|at| !self.words[at].is_after_break);
        matches!(rest[..], [only] if SECOND_END.contains(&self.word(only)))
            && is_continued
            && self.lead(first).is_some_and(|at| FROM.contains(&self.word(at)))
    }

    /// Whether two names with a dash between them are the ends of something that a word of this list runs on.
    fn are_ends_of(&self, first: usize, second: usize, stems: &str) -> bool {
        let (from, to) = self.gap(first, second);
        if from != to || !self.is_far(first) || !self.is_far(second) {
            return false;
        }
        let gap = &self.chars[self.words[from - 1].end..self.words[to].start];
        let is_joined = gap.iter().any(|c| "-–—".contains(*c)) && gap.iter().all(|c| "-–—».\"“” ".contains(*c));
        let start = self.mentions[first].first;
        let is_led = (start.saturating_sub(REACH)..start).any(|at| begins_as_one_of(stems, self.word(at)));
        let next = self.mentions[second].last + 1;
        let is_followed = (next..self.words.len().min(next + 2)).any(|at| begins_as_one_of(stems, self.word(at)));
        is_joined && (is_led || is_followed)
    }

    fn is_run(&self, first: usize, second: usize) -> bool {
        self.are_ends_of(first, second, VEHICLES)
    }

    fn is_road(&self, first: usize, second: usize) -> bool {
        self.are_ends_of(first, second, ROADS)
    }

    /// Whether a mention may be a town, an area or a country: streets are no ends of a way.
    fn is_far(&self, mention: usize) -> bool {
        self.mentions[mention].postings.iter().any(|posting| {
            let kind = self.gazetteer.at(posting.place).kind();
            kind.is_settlement()
                || matches!(kind, PlaceKind::Region | PlaceKind::Country | PlaceKind::Airport | PlaceKind::Station)
        })
    }

    /// Whether one of the places of a mention lies in one of the other's, or is the same.
    fn are_nested(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.meant(&self.mentions[one]), self.meant(&self.mentions[other]));
        one.iter().any(|place| other.iter().any(|other| place == other || place.is_in(*other) || other.is_in(*place)))
    }

    /// What a mention means first of all: what its kind word says, or a city, then a town or area, rather than a street called so.
    fn meant(&self, mention: &Mention) -> Vec<Place<'_>> {
        let places: Vec<Place<'_>> = mention.postings.iter().map(|posting| self.gazetteer.at(posting.place)).collect();
        let of = |is_meant: &dyn Fn(&Place<'_>) -> bool| {
            let meant: Vec<Place<'_>> = places.iter().copied().filter(is_meant).collect();
            if meant.is_empty() { places.clone() } else { meant }
        };
        match &mention.kind {
            Some((kind, _)) => of(&|place| kind.kinds.contains(&place.kind())),
            None if places.iter().any(|place| place.kind() == PlaceKind::City) => {
                of(&|place| place.kind() == PlaceKind::City)
            }
            None => of(&|place| !is_fine(place.kind())),
        }
    }
}
