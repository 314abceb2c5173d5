//! Words in which dates are written in Russian, Kazakh, Ukrainian and English.

/// Month names by their first letters, folded; longer ones come first where one begins another.
const MONTHS: [(&str, i8); 70] = [
    ("январ", 1),
    ("феврал", 2),
    ("март", 3),
    ("апрел", 4),
    ("мая", 5),
    ("май", 5),
    ("мае", 5),
    ("июн", 6),
    ("июл", 7),
    ("август", 8),
    ("сентябр", 9),
    ("октябр", 10),
    ("ноябр", 11),
    ("декабр", 12),
    ("янв", 1),
    ("фев", 2),
    ("мар", 3),
    ("апр", 4),
    ("авг", 8),
    ("сен", 9),
    ("окт", 10),
    ("ноя", 11),
    ("дек", 12),
    ("қаңтар", 1),
    ("ақпан", 2),
    ("наурыз", 3),
    ("сәуір", 4),
    ("мамыр", 5),
    ("маусым", 6),
    ("шілде", 7),
    ("тамыз", 8),
    ("қыркүйек", 9),
    ("қазан", 10),
    ("қараша", 11),
    ("желтоқсан", 12),
    ("січ", 1),
    ("лют", 2),
    ("берез", 3),
    ("квіт", 4),
    ("трав", 5),
    ("черв", 6),
    ("лип", 7),
    ("серп", 8),
    ("верес", 9),
    ("жов", 10),
    ("бер", 3),
    ("вер", 9),
    ("лис", 11),
    ("қаң", 1),
    ("ақп", 2),
    ("нау", 3),
    ("сәу", 4),
    ("мам", 5),
    ("мау", 6),
    ("шіл", 7),
    ("там", 8),
    ("қыр", 9),
    ("жел", 12),
    ("листопад", 11),
    ("груд", 12),
    ("jan", 1),
    ("feb", 2),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
];

/// Further month names that do not fit the table by prefix order.
const MORE_MONTHS: [(&str, i8); 2] = [("mar", 3), ("dec", 12)];

/// Words beside a date that say nothing: "года", "г.", "жыл", "жылғы", "року", "of".
pub(super) const FILLERS: [&str; 12] =
    ["г", "год", "года", "году", "ж", "жыл", "жылы", "жылғы", "жылдың", "року", "р", "of"];

/// The month that a word in lower case names.
pub(super) fn month_of(word: &str) -> Option<i8> {
    MONTHS.iter().chain(&MORE_MONTHS).find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

/// The days of the week in four languages, lower case, and their short forms.
const WEEK_DAYS: [&str; 58] = [
    "понедельник",
    "вторник",
    "среда",
    "среду",
    "четверг",
    "пятница",
    "пятницу",
    "суббота",
    "субботу",
    "воскресенье",
    "пн",
    "вт",
    "ср",
    "чт",
    "пт",
    "сб",
    "вс",
    "дүйсенбі",
    "сейсенбі",
    "сәрсенбі",
    "бейсенбі",
    "жұма",
    "сенбі",
    "жексенбі",
    "понеділок",
    "вівторок",
    "середа",
    "середу",
    "четвер",
    "п'ятниця",
    "п'ятницю",
    "субота",
    "суботу",
    "неділя",
    "неділю",
    "нд",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "дс",
    "сс",
    "бс",
    "жм",
    "жс",
];

/// A text without a day of the week before or after the date, which says nothing more.
pub(super) fn without_week_day(text: &str) -> &str {
    let is_week_day = |word: &str| {
        let word = word.trim_matches([',', '.', '(', ')']).to_lowercase().replace(['ʼ', '’', '`'], "'");
        WEEK_DAYS.contains(&word.as_str())
    };
    let rest = text.strip_prefix("в ").or(text.strip_prefix("во ")).or(text.strip_prefix("on ")).unwrap_or(text);
    if let Some((first, rest)) = rest.split_once([' ', ','])
        && is_week_day(first)
    {
        return rest.trim_start_matches([',', ' ']);
    }
    match text.rsplit_once([' ', ',']) {
        Some((rest, last)) if is_week_day(last) => rest.trim_end_matches([',', ' ']),
        _ => text,
    }
}
