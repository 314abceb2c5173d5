//! Words: normal forms, folding, tokens, and the forms a name takes in Russian, Kazakh and Ukrainian sentences.
//!
//! Knows languages, knows no places. Read [`fold`] and [`tokens`] first.

pub mod cyrillic;
pub mod digit_letter;
mod entity;
pub mod kazakh;
pub mod keyboard;
pub mod latin;
pub mod letter_spacing;
pub mod numeral;
pub mod polish;
mod quotation;
pub mod russian;
mod spaced;
pub mod stem;
pub mod ukrainian;
mod web_address;

pub use entity::without_entities;
pub use quotation::without_outer_quotes;
pub use spaced::spaced;
pub use web_address::without_web_addresses;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word, folded.
    pub folded: String,
    /// Its first character in the text, counted in Unicode scalar values.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
    /// Whether it begins with a capital letter.
    pub is_capital: bool,
    /// Whether a full stop follows it directly, as after an abbreviation.
    pub is_dotted: bool,
    /// Whether a comma, semicolon, bracket or the like stands between the word before and this one.
    pub is_after_break: bool,
    /// Whether a dash, or a hyphen between spaces, and nothing else, is that break.
    pub is_after_dash: bool,
    /// Whether an organisation's quotes are open around it («…», "…").
    pub is_quoted: bool,
}

/// What an English name with an s stands for.
pub const ENGLISH_GENITIVE: &str = "English genitive";

/// Every case that a form may stand for. A compiled gazetteer holds their places in this list: new ones go to the end.
pub const CASES: [&str; 19] = [
    russian::GENITIVE,
    russian::DATIVE,
    russian::ACCUSATIVE,
    russian::INSTRUMENTAL,
    russian::PREPOSITIONAL,
    kazakh::LOCATIVE,
    kazakh::ABLATIVE,
    kazakh::DATIVE,
    kazakh::GENITIVE,
    kazakh::ACCUSATIVE,
    kazakh::INSTRUMENTAL,
    kazakh::ATTRIBUTIVE,
    ukrainian::GENITIVE,
    ukrainian::DATIVE,
    ukrainian::ACCUSATIVE,
    ukrainian::INSTRUMENTAL,
    ukrainian::LOCATIVE,
    ukrainian::SPELLING,
    ENGLISH_GENITIVE,
];

/// Abbreviations with a hyphen that are one word, folded, with what they stand for.
const HYPHENATED: [(&str, &str); 31] = [
    ("р-он", "район"),
    ("р-оне", "район"),
    ("р-н", "район"),
    ("р-не", "район"),
    ("р-на", "район"),
    ("пр-т", "проспект"),
    ("пр-кт", "проспект"),
    ("пр-те", "проспект"),
    ("м-н", "микрорайон"),
    ("б-р", "бульвар"),
    ("р-ну", "район"),
    ("р-ном", "район"),
    ("р-ны", "районы"),
    ("пр-та", "проспект"),
    ("пр-ту", "проспект"),
    ("пр-кта", "проспект"),
    ("пр-кте", "проспект"),
    ("пр-ом", "проспект"),
    ("м-на", "микрорайон"),
    ("м-не", "микрорайон"),
    ("м-он", "микрорайон"),
    ("мк-н", "микрорайон"),
    ("мк-не", "микрорайон"),
    ("мкр-н", "микрорайон"),
    ("мкр-на", "микрорайон"),
    ("мкр-не", "микрорайон"),
    ("мкр-он", "микрорайон"),
    ("мкр-ны", "микрорайоны"),
    ("б-ра", "бульвар"),
    ("б-ре", "бульвар"),
    ("пл-ди", "площади"),
];

/// The same in Kazakh, where the ending of the word follows the hyphen, and in Latin letters.
const HYPHENATED_OTHERS: [(&str, &str); 32] = [
    ("к-си", "кошеси"),
    ("к-синде", "кошесинде"),
    ("к-синин", "кошесинин"),
    ("кош-си", "кошеси"),
    ("д-лы", "дангылы"),
    ("дан-лы", "дангылы"),
    ("к-сы", "каласы"),
    ("к-ла", "каласы"),
    ("кал-сы", "каласы"),
    ("обл-сы", "облысы"),
    ("обл-ы", "облысы"),
    ("а-ны", "ауданы"),
    ("ауд-ны", "ауданы"),
    ("ауд-ы", "ауданы"),
    ("а-лы", "ауылы"),
    ("ал-ы", "аланы"),
    ("ш-а", "микрорайон"),
    ("ы-а", "микрорайон"),
    ("обл-ть", "область"),
    ("просп-т", "проспект"),
    ("вул-ця", "вулиця"),
    ("r-n", "rayon"),
    ("r-na", "rayon"),
    ("r-ne", "rayon"),
    ("pr-t", "prospekt"),
    ("pr-kt", "prospekt"),
    ("pr-te", "prospekt"),
    ("m-n", "microdistrict"),
    ("mkr-n", "microdistrict"),
    ("b-r", "boulevard"),
    ("micro-district", "microdistrict"),
    ("mikro-rayon", "microdistrict"),
];

/// What follows the digits of an ordinal number without a hyphen: "14th", "14й", "14ші".
const ORDINAL_ENDINGS: [&str; 15] =
    ["th", "st", "nd", "rd", "й", "ый", "ий", "ой", "ая", "го", "му", "ші", "шы", "інші", "ыншы"];

/// Units and kinds of places that a hyphen joins to a number ("20-км", "14-мкр."), where other short words are the end of an ordinal
/// ("14-й").
const UNITS: [&str; 6] = ["км", "km", "mi", "миль", "мкр", "mkr"];

/// One letter as it is compared: lower case; Kazakh and Ukrainian letters as the Russian ones they are often typed as; ё as е.
///
/// Letters are folded one by one from a table, never by stripping marks: й and ї are letters. The fold merges 2 of 813 Kazakh names.
fn folded_char(c: char) -> Option<char> {
    Some(match c {
        'ә' => 'а',
        'қ' | 'ҡ' => 'к',
        'ғ' | 'ґ' => 'г',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'і' | 'ї' => 'и',
        'һ' => 'х',
        'ё' | 'є' => 'е',
        'ä' | 'á' | 'à' | 'â' | 'ā' => 'a',
        'ğ' | 'ǵ' => 'g',
        'ñ' | 'ń' | 'ň' => 'n',
        'ö' | 'ó' | 'ō' => 'o',
        // The alphabet of 2018 has ý for у.
        'ü' | 'ú' | 'ū' | 'ý' => 'u',
        'ŋ' => 'n',
        'ı' | 'í' | 'ī' => 'i',
        'é' | 'ē' => 'e',
        'ž' => 'j',
        // Soft hyphen, zero-width space and joiners, combining acute (stress mark), apostrophes: written or not, the word is the same.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{301}' | '\'' | '’' | '‘' | 'ʼ' | '`' | 'ʹ' | '´' =>
        {
            return None;
        }
        c => c,
    })
}

/// Latin letters that look like Cyrillic ones, typed by mistake inside a Cyrillic word.
fn look_alike(c: char) -> char {
    match c {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'o' => 'о',
        'p' => 'р',
        'x' => 'х',
        'y' => 'у',
        'i' => 'и',
        'k' => 'к',
        'h' => 'н',
        'm' => 'м',
        't' => 'т',
        'b' => 'в',
        c => c,
    }
}

/// From a Russian capital letter to the small one.
const RUSSIAN_LOWER_CASE: u32 = 'а' as u32 - 'А' as u32;

/// Whether a character belongs to a word.
fn is_in_word(c: char) -> bool {
    match c {
        'а'..='я' | 'А'..='Я' | 'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        ' ' | '-' | '.' | ',' => false,
        c => c.is_alphanumeric() || folded_char(c).is_none(),
    }
}

/// A text as it is compared: lower case, letters folded, Latin look-alikes inside Cyrillic words replaced.
///
/// ```
/// use incident_map::text::fold;
/// assert_eq!(fold("Ақтау"), fold("Актау"));
/// assert_eq!(fold("Aлматы"), "алматы"); // with a Latin A
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Nearly every letter is one of these, and the tables of Unicode are slow.
            'а'..='я' | 'a'..='z' | '0'..='9' | ' ' => folded.push(c),
            'А'..='Я' => folded.extend(char::from_u32(c as u32 + RUSSIAN_LOWER_CASE)),
            c => c.to_lowercase().for_each(|c| match c {
                // The Kazakh and Turkish letters for sh and ch are two letters in every other spelling, as are those of scholars.
                'ş' | 'š' => folded.push_str("sh"),
                'ç' | 'č' => folded.push_str("ch"),
                c => folded.extend(folded_char(c)),
            }),
        }
    }
    let is_cyrillic = |c: char| ('\u{400}'..='\u{52f}').contains(&c);
    if !folded.contains(is_cyrillic) || !folded.contains(|c: char| c.is_ascii_lowercase()) {
        return folded;
    }
    let mut words = String::with_capacity(folded.len());
    for word in folded.split_inclusive(|c: char| !c.is_alphanumeric()) {
        if word.contains(is_cyrillic) {
            words.extend(word.chars().map(look_alike));
        } else {
            words.push_str(word);
        }
    }
    words
}

/// The folded words of a text, for word search and comparison: letters and digits only, at most 64 characters each.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.folded.chars().take(64).collect()).collect()
}

/// The words of a text in order. Hyphens part words, but for abbreviations such as `р-н`.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens: Vec<Token> = Vec::new();
    let (mut at, mut is_after_break, mut is_after_dash, mut is_quoted) = (0, true, false, false);
    // „…“ closes with what opens “…”.
    let mut is_quoted_low = false;
    while at < chars.len() {
        if !is_in_word(chars[at]) {
            match chars[at] {
                '«' | '„' => (is_quoted, is_quoted_low) = (true, chars[at] == '„'),
                '“' => (is_quoted, is_quoted_low) = (!is_quoted_low, false),
                '»' | '”' => (is_quoted, is_quoted_low) = (false, false),
                '"' => is_quoted = !is_quoted,
                _ => {}
            }
            is_after_break |= [',', ';', '(', ')', ':', '\n', '/', '×', '|'].contains(&chars[at]);
            // A hyphen between spaces is a dash.
            let is_dash = matches!(chars[at], '—' | '–')
                || (chars[at] == '-' && chars.get(at + 1).is_none_or(|next| next.is_whitespace()));
            if is_dash {
                is_after_dash = !is_after_break;
                is_after_break = true;
            }
            at += 1;
            continue;
        }
        let start = at;
        while at < chars.len() && is_in_word(chars[at]) {
            at += 1;
        }
        let mut folded = fold(&chars[start..at].iter().collect::<String>());
        if chars.get(at) == Some(&'-') {
            let mut end = at + 1;
            while end < chars.len() && is_in_word(chars[end]) {
                end += 1;
            }
            let whole = fold(&chars[start..end].iter().collect::<String>());
            if let Some((_, word)) = HYPHENATED.iter().chain(&HYPHENATED_OTHERS).find(|(short, _)| *short == whole) {
                folded = (*word).to_owned();
                at = end;
            }
        }
        // "14-й", "14-м", "14-ші", "14th": the number is the word.
        if chars.get(at) == Some(&'-') && folded.bytes().all(|byte| byte.is_ascii_digit()) {
            let end = at + 1 + chars[at + 1..].iter().take_while(|c| is_in_word(**c)).count();
            let is_unit = || UNITS.contains(&chars[at + 1..end].iter().collect::<String>().as_str());
            if (1..=3).contains(&(end - at - 1)) && chars[at + 1..end].iter().all(|c| c.is_lowercase()) && !is_unit() {
                at = end;
            }
        } else if let Some(number) = ordinal(&folded) {
            folded.truncate(number);
        }
        if folded.is_empty() {
            continue;
        }
        tokens.push(Token {
            folded,
            start,
            end: at,
            is_capital: chars[start].is_uppercase(),
            is_dotted: chars.get(at) == Some(&'.'),
            is_after_break,
            is_after_dash: is_after_break && is_after_dash,
            is_quoted,
        });
        (is_after_break, is_after_dash) = (false, false);
    }
    tokens
}

/// How many digits an ordinal number without a hyphen begins with.
fn ordinal(word: &str) -> Option<usize> {
    if !word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    ORDINAL_ENDINGS.iter().any(|ending| word[digits..] == fold(ending)).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_folded_and_invisible_characters_dropped() {
        assert_eq!(words("Жаңа\u{ad}өзен, Ақ-Тау! пр-т Абая"), ["жанаозен", "ак", "тау", "проспект", "абая"]);
        assert_eq!(words("Київ і Ґрати"), ["киив", "и", "грати"]);
        assert_eq!(words("14th, 14-й, 14й, 14-ші, 14ші"), ["14"; 5]);
        assert_eq!(words("20-км, 12а, 14-мкр."), ["20", "км", "12а", "14", "мкр"]);
    }

    #[test]
    fn a_token_knows_where_it_stands() {
        let tokens = tokens("г. Ақтау, «Актау»");
        assert_eq!((tokens[0].is_dotted, tokens[1].start, tokens[1].end), (true, 3, 8));
        assert!(tokens[2].is_after_break && tokens[2].is_quoted && !tokens[1].is_quoted);
        let is_quoted = |text| super::tokens(text).iter().map(|token| token.is_quoted).collect::<Vec<_>>();
        assert_eq!(is_quoted("кафе „Тараз“ в Актау"), [false, true, false, false]);
        assert_eq!(is_quoted("кафе “Тараз” в Актау"), [false, true, false, false]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn tokens_lie_in_the_text_in_order(text in "\\PC{0,60}") {
            let length = text.chars().count();
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(last <= token.start && token.start < token.end && token.end <= length);
                last = token.end;
            }
        }
    }
}
