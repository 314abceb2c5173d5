//! Words that make a name a person: first names, surnames, titles, and what only people do.

use super::adjective::is_of_many_people;
use super::kind_word::{KindWords, is_filler};
use super::no_place::{WordSet, is_organisation_word};
use super::word_list::begins_as_one_of;
use crate::text::{Token, fold, russian};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Endings of surnames and patronymics, folded: a town's name before one is a first name ("Абай Кунанбаев"), and a town's name
/// that ends so after another capitalised word is a surname ("Каныш Сатпаев").
const SURNAME_ENDINGS: [&str; 21] = [
    "ев", "ов", "ин", "ева", "ова", "ина", "еву", "ову", "евым", "овым", "енко", "баи", "ич", "вна", "улы", "кызы",
    "yev", "еве", "ове", "ину", "ине",
];

/// Whether a folded word ends as surnames do.
pub(super) fn has_surname_ending(folded: &str) -> bool {
    SURNAME_ENDINGS.iter().any(|ending| folded.ends_with(ending))
}

/// Words before a name that make it a person, folded.
const TITLES_LIST: [&str; 40] = [
    "президент",
    "президента",
    "министр",
    "министра",
    "премьер",
    "генерал",
    "генерала",
    "полковник",
    "полковника",
    "подполковник",
    "майор",
    "капитан",
    "лейтенант",
    "сержант",
    "депутат",
    "депутата",
    "сенатор",
    "господин",
    "госпожа",
    "журналист",
    "журналиста",
    "журналистка",
    "активист",
    "активиста",
    "активистка",
    "блогер",
    "адвокат",
    "правозащитник",
    "политик",
    "бизнесмен",
    "президенти",
    "министри",
    "депутаты",
    "president",
    "minister",
    "general",
    "colonel",
    "activist",
    "journalist",
    "mr",
];

/// The same in Russian, as they stand in a dictionary; in all cases.
const TITLE_NOUNS: &str = "\
    журналист журналистка активист активистка блогер адвокат правозащитник политик бизнесмен депутат министр генерал полковник \
    майор капитан лейтенант сержант бий хан батыр акын жырау поэт поэтесса писатель писательница композитор художник художница певец певица актер актриса \
    режиссер дирижер скульптор архитектор ученый академик профессор доктор врач учитель учительница тренер боксер \
    футболист хоккеист теннисист спортсмен спортсменка космонавт летчик герой маршал адмирал атаман царь князь король \
    королева принц принцесса император святой пророк шейх имам муфтий епископ патриарх посол прокурор судья следователь \
    водитель рэпер телеведущий физик философ революционер сын брат муж отец дед племянник внук жена дочь сестра мать внучка племянница";

/// Titles in Kazakh and English, folded.
const OTHER_TITLES: &str = "\
    кличке прозвищу прозвищем прозвище псевдонимом позывным позывной фамилии фамилией анши жазушы суретши галым композиторы ардагер poet writer singer actor actress artist mayor governor king queen prince \
    princess dr mrs ms sir professor boxer senator ambassador";

/// First names that are a slip away from names of places, folded; in Kazakhstan half of all names are.
const FIRST_NAMES_LIST: [&str; 98] = [
    "темирлан",
    "махамбет",
    "айгуль",
    "айгерим",
    "айдар",
    "айдос",
    "айман",
    "акмарал",
    "алибек",
    "алия",
    "алмас",
    "алмат",
    "алтынай",
    "аманжол",
    "амангельды",
    "арман",
    "арсен",
    "аскар",
    "асхат",
    "аян",
    "багдат",
    "бакыт",
    "бакытжан",
    "бауыржан",
    "берик",
    "бекзат",
    "болат",
    "булат",
    "галым",
    "гаухар",
    "гульмира",
    "гульнара",
    "дамир",
    "данияр",
    "дания",
    "дархан",
    "даурен",
    "динара",
    "досжан",
    "ербол",
    "ержан",
    "ерлан",
    "ермек",
    "есен",
    "жандос",
    "жанар",
    "жанат",
    "жансая",
    "жомарт",
    "ильяс",
    "кайрат",
    "камила",
    "канат",
    "карима",
    "касым",
    "куат",
    "куаныш",
    "лаура",
    "мадина",
    "максат",
    "марат",
    "маржан",
    "медет",
    "мейрам",
    "мурат",
    "мухтар",
    "назгуль",
    "нуржан",
    "нурлан",
    "нурсултан",
    "олжас",
    "рахат",
    "роза",
    "рустам",
    "сабит",
    "салтанат",
    "самат",
    "сания",
    "санжар",
    "саят",
    "серик",
    "серикжан",
    "султан",
    "талгат",
    "тимур",
    "толеген",
    "улан",
    "фарида",
    "шолпан",
    "шынгыс",
    "эльдар",
    "юлия",
    "sanjar",
    "nurlan",
    "yermek",
    "serik",
    "arman",
    "timur",
];

/// More Kazakh first names, folded, after none of which a place of the country is called.
const OTHER_FIRST_NAMES: &str = "\
    айбек айжан айзада айнур айсулу айша ануар арайлым ардак асель асет асия аслан багдагуль баглан бейбит бекжан ботагоз \
    галымжан гани гульнар гульсара дидар динмухамед ерасыл ерболат ерканат ернар ертай замира зауреш индира каныш карина \
    касымжомарт кымбат ляззат мади мадияр майра махамбетали мейржан меруерт молдир нурбек нурболат нургуль нурлыбек нурсулу \
    оразбек рашид ринат рустем сабина сагынбек сакен тлек турсын туякбай фариза халел шамиль шерхан шынар эльмира";

/// First names that are nobody's town, in Russian (in all cases) and English, folded.
const GIVEN_NAMES: &str = "\
    александр алексей анатолий андрей антон аркадий артем артур богдан борис вадим валентин валерий василий виктор виталий \
    владимир владислав вячеслав геннадий георгий герман григорий даниил денис дмитрий евгений егор иван игорь илья иосиф \
    кирилл константин лев леонид максим марк матвей михаил никита николай олег павел петр роман руслан семен сергей \
    станислав степан тарас федор филипп эдуард юрий яков александра алла анастасия анна валентина вера галина дарья дария \
    евгения екатерина елена жанна зинаида инна ирина ксения лариса людмила марина мария надежда наталья нина оксана цезарь ольга \
    полина светлана тамара татьяна юлия софия виктория jack john james george michael david robert william thomas charles joe donald tom \
    peter paul jane anna elizabeth kate alice boris vladimir bill mike steve richard henry barack ivan sergei jean almas daria";

/// What only people do or undergo, folded: a name before one of these is a person, or a government called by its town.
const SPEAKING: &str = "\
    сказал сказала заявил заявила заявили отметил отметила сообщил сообщила подчеркнул подчеркнула рассказал рассказала \
    добавил добавила считает говорит говорил говорила написал написала пишет писал писала родился родилась умер умерла \
    предупредил предупредила предупредили уточнил уточнила уточнили пояснил пояснила пояснили подтвердил подтвердила \
    подтвердили опроверг опровергла опровергли прокомментировал прокомментировала прокомментировали сообщили сообщает \
    сообщают рассказали рассказывают отметили ответили проинформировал проинформировала проинформировали скончался скончалась обвинил обвинила обвинили осудил осудила выразил выразила призвал призвала пообещал пообещала \
    возглавил возглавила назначен избран обыграл обыграла победил победила поблагодарил поблагодарила требует угрожает \
    закликав закликала видмовився видмовилася заявила вважае наполягае повидомив повидомила деди айтты малимдеди жазды жазган туган said say says told wrote writes born died condemned accused urged warned заявляет \
    заявив заявляв сказав";

/// Cities that are English surnames, folded.
const SURNAMES: [&str; 8] = ["washington", "london", "berlin", "paris", "jordan", "kingston", "wellington", "lima"];

/// Beginnings of the words before a full name (folded) after which it is that of a village all the same.
const OF_PLACES: &str = "жител жительниц аким полици территори окраин центр школ больниц улиц север юг запад восток";

/// Beginnings of the words (folded) before a name for what is a person's, or is made for one.
const OF_PERSONS: &str = "имени памятник бюст портрет стих поэм роман песн книг сочинени произведени творчеств наследи юбиле преми \
    жизн биографи потом внук внучк сын дочь дочер жена вдов мать отец поклонник могил мемориал статуя статуи ордер орден медал";

/// The same for institutions, which may be those of a town as well.
const INSTITUTIONS: &str = "школ университет библиотек театр музе гимнази лице колледж";

/// Last words of the full names of people of old, folded: "Толе би", "Кабанбай батыр".
const OLD_TITLES: [&str; 12] =
    ["би", "бия", "батыр", "батыра", "батыры", "хан", "хана", "акын", "акына", "акыны", "bi", "batyr"];

/// Kazakh case endings that a surname takes, folded.
const KAZAKH_ENDINGS: [&str; 27] = [
    "нын", "нин", "дын", "дин", "тын", "тин", "нан", "нен", "дан", "ден", "тан", "тен", "мен", "пен", "бен", "га",
    "ге", "ка", "ке", "на", "не", "ны", "ни", "ды", "ди", "ты", "ти",
];

static TITLES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let declined = TITLE_NOUNS.split(' ').flat_map(|noun| {
        let noun = fold(noun);
        let forms = russian::word_forms(&noun).into_iter().map(|(form, _)| form);
        forms.chain([noun.clone()]).collect::<Vec<_>>()
    });
    TITLES_LIST.into_iter().chain(OTHER_TITLES.split(' ')).map(str::to_owned).chain(declined).collect()
});
static GIVEN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let declined = GIVEN_NAMES.split(' ').flat_map(|name| russian::word_forms(name).into_iter().map(|(form, _)| form));
    GIVEN_NAMES.split(' ').map(str::to_owned).chain(declined).collect()
});
static SPEAKS: WordSet = WordSet::new(|| SPEAKING.split(' ').collect());
static FIRST_NAMES: WordSet =
    WordSet::new(|| FIRST_NAMES_LIST.into_iter().chain(OTHER_FIRST_NAMES.split_whitespace()).collect());

/// Whether a folded word is that for an office or calling, or a form of address.
pub(super) fn is_title(folded: &str) -> bool {
    TITLES.contains(folded)
}

/// Whether a folded word ends as a surname or patronymic, with a Kazakh case ending or without.
pub(super) fn is_surname(folded: &str) -> bool {
    let ends = |word: &str| SURNAME_ENDINGS.iter().any(|ending| word.ends_with(ending));
    ends(folded)
        || KAZAKH_ENDINGS.iter().any(|case| {
            folded.strip_suffix(case).is_some_and(|word| {
                ["ев", "ов", "ин", "ева", "ова", "ина", "улы", "кызы", "баи"]
                    .iter()
                    .any(|ending| word.ends_with(ending))
            })
        })
}

/// Whether the words before a name make it a person or an organisation: "ФК Актобе", "министр Сатпаев", "Каныш Сатпаев", "Д. Кунаев".
pub(super) fn is_person_or_organisation(words: &[Token], at: usize, used: usize, kind_words: &KindWords) -> bool {
    let Some(before) = at.checked_sub(1).filter(|_| !words[at].is_after_break) else { return false };
    let word = &words[before];
    // "Н.А.Островский": two initials make a person, but after the word for a street.
    let is_letter = |at: usize| {
        let word = &words[at];
        word.is_capital && word.is_dotted && word.folded.chars().count() == 1
    };
    let second = before.checked_sub(1).filter(|_| is_letter(before)).filter(|second| is_letter(*second));
    if let Some(second) = second {
        let street = second.checked_sub(1).filter(|_| !words[second].is_after_break);
        let is_street = street.is_some_and(|at| kind_words.get(&words[at].folded, words[at].is_dotted).is_some());
        if used == 1 && words[at].is_capital && !is_street {
            return true;
        }
    }
    // "батыр Богенбай"; but what follows "Кабанбай батыр" is another name.
    let is_of_name = before.checked_sub(1).is_some_and(|first| words[first].is_capital && !word.is_after_break);
    let is_kind = |at: usize| kind_words.get(&words[at].folded, words[at].is_dotted).is_some();
    // "улица Каныша Сатпаева" is a street.
    let is_named_after = (1..=3).any(|steps| at.checked_sub(steps).is_some_and(is_kind))
        || words.get(at + used).is_some_and(|_| is_kind(at + used));
    // "от 1 Мая до Академика Бектурова"
    let is_led_as_street = word.is_capital
        && word.folded.ends_with(['а', 'я'])
        && before.checked_sub(1).is_some_and(|led| STREET_LEADS.contains(&words[led].folded.as_str()));
    if is_organisation_word(&word.folded) {
        return true;
    }
    if is_title(&word.folded) {
        let is_street = word.folded.ends_with(['а', 'я']) && (is_named_after || is_led_as_street);
        return !(is_street || is_of_name && OLD_TITLES.contains(&word.folded.as_str()));
    }
    if is_named_after || used != 1 || !words[at].is_capital {
        return false;
    }
    let is_initial = word.is_capital && word.is_dotted && word.folded.chars().count() == 1;
    let is_first_name = word.is_capital
        && !word.is_dotted
        && word.folded.chars().count() >= 3
        && !is_filler(&word.folded)
        && !is_kind(before);
    // "Горняки Майкаина", "Жители Кульсаров" are many, and none of them is called so.
    if is_of_many_people(&word.folded) {
        return false;
    }
    // "Каныш Сатпаев" and "Irving Berlin" by the surname, "Иван Грозный" and "Jack London" by the first name.
    let has_surname = is_surname(&words[at].folded) || SURNAMES.contains(&words[at].folded.as_str());
    (has_surname && (is_initial || is_first_name)) || (is_first_name && GIVEN.contains(&word.folded))
}

/// Words (folded) that lead to the name of a street.
const STREET_LEADS: [&str; 9] = ["по", "на", "до", "от", "угол", "уг", "и", "между", "с"];

/// Whether the first word is a first name before a surname.
pub(super) fn is_before_surname(words: &[Token]) -> bool {
    let [first, next, ..] = words else { return false };
    // "Айгерим Тлеужан": no surname by its ending, but nobody else has such a first name.
    let is_adjective = next.folded.contains("ск");
    let is_named = FIRST_NAMES.contains(&first.folded) && next.folded.chars().count() >= 5 && !is_adjective;
    first.is_capital
        && next.is_capital
        && !next.is_after_break
        && !first.is_dotted
        && !is_of_many_people(&first.folded)
        && ((next.folded.chars().count() >= 5 && is_surname(&next.folded)) || is_named || GIVEN.contains(&first.folded))
}

/// Whether two initials follow, or one that belongs to no next name: "Павлодарский В.И.", "Сатпаев К., 1979 г.р.". Such a name is that of
/// a person where it ends as one, but for a street that says so.
pub(super) fn is_before_initials(words: &[Token], at: usize, used: usize, kind_words: &KindWords) -> bool {
    let is_initial =
        |word: &&Token| word.is_capital && word.is_dotted && !word.is_after_break && word.folded.chars().count() == 1;
    let initials = words[at + used..].iter().take_while(is_initial).count();
    let goes_on = words.get(at + used + initials).is_some_and(|next| next.is_capital && !next.is_after_break);
    let last = &words[at + used - 1].folded;
    let may_be_surname =
        is_surname(last) || ["ский", "ская", "ского", "ской", "скому"].iter().any(|it| last.ends_with(it));
    let is_kind = |word: &Token| kind_words.get(&word.folded, word.is_dotted).is_some();
    let has_kind = at.checked_sub(1).is_some_and(|before| !words[at].is_after_break && is_kind(&words[before]));
    initials > 0 && !goes_on && may_be_surname && !has_kind
}

/// Words (folded) with which somebody is spoken to, after their name and a comma.
const SPOKEN_TO: [&str; 8] = ["ты", "тебя", "тебе", "тобой", "сен", "саган", "ти", "you"];

/// Whether a name is that of somebody who is spoken to: "Абай, ты где?"
pub(super) fn is_spoken_to(words: &[Token], at: usize, used: usize) -> bool {
    let next = words.get(at + used).filter(|next| next.is_after_break);
    next.is_some_and(|next| SPOKEN_TO.contains(&next.folded.as_str()))
}

/// Words (folded) after a name that only a person has: "Абай атамыз".
const KINSHIP: [&str; 10] = ["атамыз", "атамыздын", "атам", "апам", "агам", "мырза", "ханым", "атай", "апай", "агай"];

/// Whether a word of kinship or respect follows.
pub(super) fn is_before_kinship(words: &[Token], at: usize, used: usize) -> bool {
    let next = words.get(at + used).filter(|next| !next.is_after_break);
    next.is_some_and(|next| KINSHIP.contains(&next.folded.as_str()))
}

/// Words (folded) after which the full name of a person is that of a place.
const INTO: [&str; 14] =
    ["в", "во", "из", "до", "под", "на", "по", "возле", "около", "близ", "in", "at", "from", "near"];

/// Whether a name that is a person's as well stands after a word for something of a person: "бюст Абая", "стихи Жамбыла".
pub(super) fn is_of_person(words: &[Token], at: usize) -> bool {
    follows(words, at, OF_PERSONS)
}

/// Whether a name after whom everything is called stands after a word for an institution: "школа Абая".
pub(super) fn is_named_after_everywhere(words: &[Token], at: usize) -> bool {
    follows(words, at, INSTITUTIONS)
}

/// Whether the word before begins as one of these.
fn follows(words: &[Token], at: usize, stems: &str) -> bool {
    let before = at.checked_sub(1).filter(|_| !words[at].is_after_break).map(|before| &words[before]);
    // Nearly always a preposition stands there, which is shorter than any of them.
    let is_long = |before: &&Token| before.folded.chars().nth(2).is_some();
    before.filter(is_long).is_some_and(|before| begins_as_one_of(stems, &before.folded))
}

/// Whether a name is the full name of a person.
pub(super) fn is_full_name(words: &[Token], at: usize, used: usize) -> bool {
    let last = &words[at + used - 1].folded;
    used >= 2 && (OLD_TITLES.contains(&last.as_str()) || is_surname(last))
}

/// Endings (folded) of verbs in the past and present: "магжан жумабаев написал".
const ENDINGS_OF_DEEDS: [&str; 12] = ["ал", "ил", "ел", "ул", "ся", "ала", "ила", "ет", "ит", "ды", "ди", "ты"];

/// Whether the person of a full name does something, or their calling is said, or something of theirs: "Бауыржан Момышулы написал
/// книгу", "Магжан Жумабаев, поэт", "стихи Магжана Жумабаева". A village of the name stands after a preposition, with its kind word, or
/// alone.
pub(super) fn is_acting_person(words: &[Token], at: usize, used: usize, kind_words: &KindWords) -> bool {
    if !is_full_name(words, at, used) {
        return false;
    }
    let is_of_place = |word: &Token| OF_PLACES.split(' ').any(|stem| word.folded.starts_with(stem));
    // "жителей Форта-Шевченко просят не выходить"
    if at.checked_sub(1).is_some_and(|before| !words[at].is_after_break && is_of_place(&words[before])) {
        return false;
    }
    let is_kind = |word: &Token| kind_words.get(&word.folded, word.is_dotted).is_some();
    let before = at.checked_sub(1).filter(|_| !words[at].is_after_break).map(|before| &words[before]);
    if before.is_some_and(|before| INTO.contains(&before.folded.as_str()) || is_kind(before)) {
        return false;
    }
    let next = words.get(at + used);
    if next.is_some_and(is_kind) {
        return false;
    }
    let is_owned = before.is_some_and(|before| {
        let is_about = ["о", "об", "про", "about", "by"].contains(&before.folded.as_str());
        let is_common = !before.is_capital && !before.is_dotted && !is_filler(&before.folded) && !is_number(before);
        is_about || is_common
    });
    // "атындағы" names something after the person. Without capitals "отеген батыр пожар" names a village, and only a verb a person.
    let may_act =
        |next: &Token| words[at].is_capital || ENDINGS_OF_DEEDS.iter().any(|ending| next.folded.ends_with(ending));
    let acts = next.is_some_and(|next| {
        let is_after_it = next.folded.starts_with("атында") || next.is_dotted;
        is_title(&next.folded)
            || (!is_after_it
                && may_act(next)
                && !next.is_after_break
                && !next.is_capital
                && !is_filler(&next.folded)
                && !is_number(next))
    });
    is_owned || acts
}

fn is_number(word: &Token) -> bool {
    word.folded.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a folded word is what only people do: "сообщил".
pub(super) fn speaks(folded: &str) -> bool {
    SPEAKS.contains(folded)
}

/// Whether what the name before it stands for speaks, is born or dies: a person, or a government called by its town.
pub(super) fn is_speaker(words: &[Token], at: usize, used: usize) -> bool {
    // "…, предупредил акимат"
    let has_spoken = at.checked_sub(1).is_some_and(|before| {
        !words[at].is_after_break && words[before].is_after_break && SPEAKS.contains(&words[before].folded)
    });
    let is_last = words.get(at + used).is_none_or(|next| next.is_after_break);
    // "Водитель автобуса Уральск — Саратов заявил": the second end of a way.
    let is_second = words[at].is_after_dash && at.checked_sub(1).is_some_and(|before| words[before].is_capital);
    let is_subject = (words[at].is_after_break && !is_second) || at == 0;
    has_spoken && is_last
        || is_subject && words.get(at + used).is_some_and(|next| !next.is_after_break && SPEAKS.contains(&next.folded))
}

/// Whether a folded word is a first name.
pub(super) fn is_first_name(word: &str) -> bool {
    FIRST_NAMES.contains(word) || GIVEN.contains(word)
}
