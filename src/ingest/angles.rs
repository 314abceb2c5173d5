//! Degrees, minutes and seconds, with the words and letters for the hemispheres in four languages.

/// What an angle is measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Lat,
    Lon,
}

/// An angle in degrees, and what it is when a letter says so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Angle {
    pub(super) degrees: f64,
    pub(super) axis: Option<Axis>,
}

/// An axis, and 1 or -1.
type Hemisphere = (Axis, f64);

/// Parts of an angle: degrees, minutes, seconds.
const PARTS: usize = 3;

/// Words for the hemispheres: beginnings of them, folded; `с. ш.`, `пн. ш.`, `сх. д.` and `с. е.` are two words.
const HEMISPHERES: [(&str, Axis, f64); 24] = [
    ("n", Axis::Lat, 1.0),
    ("north", Axis::Lat, 1.0),
    ("с", Axis::Lat, 1.0),
    ("сев", Axis::Lat, 1.0),
    ("северной", Axis::Lat, 1.0),
    ("пн", Axis::Lat, 1.0),
    ("північної", Axis::Lat, 1.0),
    ("s", Axis::Lat, -1.0),
    ("south", Axis::Lat, -1.0),
    ("ю", Axis::Lat, -1.0),
    ("южной", Axis::Lat, -1.0),
    ("пд", Axis::Lat, -1.0),
    ("південної", Axis::Lat, -1.0),
    ("e", Axis::Lon, 1.0),
    ("east", Axis::Lon, 1.0),
    ("в", Axis::Lon, 1.0),
    ("восточной", Axis::Lon, 1.0),
    ("сх", Axis::Lon, 1.0),
    ("східної", Axis::Lon, 1.0),
    ("w", Axis::Lon, -1.0),
    ("west", Axis::Lon, -1.0),
    ("з", Axis::Lon, -1.0),
    ("зх", Axis::Lon, -1.0),
    ("західної", Axis::Lon, -1.0),
];

/// Kazakh: солтүстік ендік, оңтүстік ендік, шығыс бойлық, батыс бойлық.
const KAZAKH: [(&str, &str, Axis, f64); 4] =
    [("с", "е", Axis::Lat, 1.0), ("о", "е", Axis::Lat, -1.0), ("ш", "б", Axis::Lon, 1.0), ("б", "б", Axis::Lon, -1.0)];

/// Words that may follow the one for a hemisphere.
const AXIS_WORDS: [&str; 6] = ["ш", "широты", "широти", "д", "долготы", "довготи"];

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Hemisphere(Axis, f64),
    /// A degree sign: the number before it begins an angle.
    Degree,
    /// Between two angles.
    Break,
}

/// The angles of a text; `None` when something else stands in it.
pub(super) fn angles(text: &str) -> Option<Vec<Angle>> {
    let tokens = tokens(text)?;
    let is_before = matches!(tokens.first()?, Token::Hemisphere(..));
    let has_letters = tokens.iter().any(|token| matches!(token, Token::Hemisphere(..)));
    let numbers = tokens.iter().filter(|token| matches!(token, Token::Number(_))).count();
    let has_breaks = tokens.iter().any(|token| matches!(token, Token::Break));
    let has_degrees = tokens.iter().any(|token| matches!(token, Token::Degree));
    if has_breaks && !has_letters && !has_degrees && numbers < 2 * 2 {
        return None;
    }
    // Without any sign `43 14 17 76 56 42` is two angles of the same form.
    let half = (!has_letters && !has_breaks && !has_degrees && numbers % 2 == 0 && numbers > 1).then_some(numbers / 2);
    let mut found: Vec<(Vec<f64>, Option<Hemisphere>)> = Vec::new();
    let mut is_open = false;
    for (at, token) in tokens.iter().enumerate() {
        let is_degrees = tokens.get(at + 1) == Some(&Token::Degree);
        match token {
            Token::Number(number) => {
                let is_half = half.is_some() && found.last().is_some_and(|(parts, _)| Some(parts.len()) == half);
                let has_parts = found.last().is_some_and(|(parts, _)| !parts.is_empty());
                if !is_open || is_half || (is_degrees && has_parts) {
                    found.push((Vec::new(), None));
                    is_open = true;
                }
                found.last_mut()?.0.push(*number);
            }
            Token::Hemisphere(axis, sign) if is_before => {
                found.push((Vec::new(), Some((*axis, *sign))));
                is_open = true;
            }
            Token::Hemisphere(axis, sign) => {
                let open = found.last_mut().filter(|(_, axis)| is_open && axis.is_none())?;
                open.1 = Some((*axis, *sign));
                is_open = false;
            }
            Token::Degree => {}
            Token::Break => is_open = false,
        }
    }
    found.into_iter().map(|(parts, axis)| angle(&parts, axis)).collect()
}

fn angle(parts: &[f64], axis: Option<Hemisphere>) -> Option<Angle> {
    let (first, rest) = parts.split_first()?;
    if parts.len() > PARTS || rest.iter().any(|part| !(0.0..60.0).contains(part)) {
        return None;
    }
    // A half degree with minutes is a mistake; only the last part has decimals.
    if parts[..parts.len() - 1].iter().any(|part| part.fract() != 0.0) {
        return None;
    }
    let size = first.abs() + rest.first().unwrap_or(&0.0) / 60.0 + rest.get(1).unwrap_or(&0.0) / 3600.0;
    let (axis, sign) = axis.map_or((None, 1.0), |(axis, sign)| (Some(axis), sign));
    Some(Angle { degrees: size.copysign(*first) * sign, axis })
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let chars: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    let mut words: Vec<String> = Vec::new();
    while let Some(&c) = chars.get(at) {
        let follows_digit = |index: usize| chars.get(index + 1).is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() || (matches!(c, '-' | '+') && follows_digit(at)) {
            take_words(&mut words, &mut tokens)?;
            let start = at;
            at += 1;
            let mut has_point = false;
            while let Some(&c) = chars.get(at) {
                let is_point = matches!(c, '.' | ',') && !has_point && follows_digit(at);
                if !c.is_ascii_digit() && !is_point {
                    break;
                }
                has_point |= is_point;
                at += 1;
            }
            let number: String = chars[start..at].iter().map(|c| if *c == ',' { '.' } else { *c }).collect();
            tokens.push(Token::Number(number.parse().ok()?));
            continue;
        }
        if c.is_alphabetic() && c != 'º' {
            let start = at;
            while chars.get(at).is_some_and(|c| c.is_alphabetic() && *c != 'º') {
                at += 1;
            }
            words.push(chars[start..at].iter().collect());
            continue;
        }
        match c {
            '°' | 'º' | '˚' => {
                take_words(&mut words, &mut tokens)?;
                tokens.push(Token::Degree);
            }
            ',' | ';' | '/' | '|' => {
                take_words(&mut words, &mut tokens)?;
                tokens.push(Token::Break);
            }
            '\'' | '"' | '′' | '″' | '’' | '‘' | '”' | '“' | '´' | '`' | 'ʹ' | 'ʺ' | '.' | ':' | '(' | ')' =>
                {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
        at += 1;
    }
    take_words(&mut words, &mut tokens)?;
    Some(tokens)
}

/// Makes hemispheres of words that stand side by side.
fn take_words(words: &mut Vec<String>, tokens: &mut Vec<Token>) -> Option<()> {
    let words = std::mem::take(words);
    let mut left = words.iter().map(String::as_str).peekable();
    while let Some(word) = left.next() {
        let next = left.peek().copied().unwrap_or_default();
        let kazakh = KAZAKH.iter().find(|(first, second, ..)| (*first, *second) == (word, next));
        let (axis, sign) = match kazakh {
            Some((_, _, axis, sign)) => {
                left.next();
                (*axis, *sign)
            }
            None => {
                let (_, axis, sign) = HEMISPHERES.iter().find(|(name, ..)| *name == word)?;
                left.next_if(|next| AXIS_WORDS.contains(next));
                (*axis, *sign)
            }
        };
        tokens.push(Token::Hemisphere(axis, sign));
    }
    Some(())
}
