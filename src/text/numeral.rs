//! Numbers written as words, in the forms that stand before a unit of length.

/// Folded words and what they count. Case forms of one number are told by their beginnings where no other word begins so.
const WHOLE: [(f64, &[&str]); 29] = [
    (1.0, &["один", "одном", "одного", "одному", "бир", "one"]),
    (1.5, &["полтора", "полутора", "пивтора"]),
    (2.0, &["два", "двух", "двума", "двох", "еки", "two"]),
    (3.0, &["три", "трех", "тремя", "трьох", "уш", "three"]),
    (4.0, &["четыре", "четырех", "чотири", "чотирьох", "торт", "four"]),
    (5.0, &["пять", "пяти", "пятьма", "бес", "five"]),
    (6.0, &["шесть", "шести", "шисть", "алты", "six"]),
    (7.0, &["семь", "семи", "сим", "жети", "seven"]),
    (8.0, &["восемь", "восьми", "висим", "сегиз", "eight"]),
    (9.0, &["девять", "девяти", "тогыз", "nine"]),
    (10.0, &["десять", "десяти", "он", "ten"]),
    (11.0, &["одиннадцать", "одиннадцати", "одинадцять", "eleven"]),
    (12.0, &["двенадцать", "двенадцати", "дванадцять", "дванадцяти", "twelve"]),
    (13.0, &["тринадцать", "тринадцати", "тринадцять", "thirteen"]),
    (14.0, &["четырнадцать", "четырнадцати", "чотирнадцять", "fourteen"]),
    (15.0, &["пятнадцать", "пятнадцати", "пятнадцять", "пятнадцяти", "fifteen"]),
    (16.0, &["шестнадцать", "шестнадцати", "шистнадцять", "sixteen"]),
    (17.0, &["семнадцать", "семнадцати", "симнадцять", "seventeen"]),
    (18.0, &["восемнадцать", "восемнадцати", "висимнадцять", "eighteen"]),
    (19.0, &["девятнадцать", "девятнадцати", "девятнадцять", "nineteen"]),
    (20.0, &["двадцать", "двадцати", "двадцять", "двадцяти", "жиырма", "twenty"]),
    (30.0, &["тридцать", "тридцати", "тридцять", "тридцяти", "отыз", "thirty"]),
    (40.0, &["сорок", "сорока", "кырык", "forty"]),
    (50.0, &["пятьдесят", "пятидесяти", "пятдесят", "пятдесяти", "елу", "fifty"]),
    (60.0, &["шестьдесят", "шестидесяти", "шистдесят", "алпыс", "sixty"]),
    (70.0, &["семьдесят", "семидесяти", "симдесят", "жетпис", "seventy"]),
    (80.0, &["восемьдесят", "восьмидесяти", "висимдесят", "сексен", "eighty"]),
    (90.0, &["девяносто", "девяноста", "токсан", "ninety"]),
    (100.0, &["сто", "ста", "жуз", "hundred", "сотне", "сотни"]),
];

/// Largest number in digits that counts something on the ground.
const MOST: f64 = 100_000.0;

/// What a folded word counts, in digits or in words.
#[must_use]
pub fn value(word: &str) -> Option<f64> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok().filter(|number| (0.0..MOST).contains(number));
    }
    WHOLE.iter().find(|(_, words)| words.contains(&word)).map(|(value, _)| *value)
}

/// Whether two words that follow each other are one number: "двадцать пять", "он бес", "сто двадцать".
#[must_use]
pub fn are_one(first: &str, next: &str) -> bool {
    let are_words = [first, next].iter().all(|word| !word.bytes().any(|byte| byte.is_ascii_digit()));
    are_words
        && value(first).zip(value(next)).is_some_and(|(first, next)| {
            (first == 100.0 && next < 100.0) || (first < 100.0 && first % 10.0 == 0.0 && next < 10.0)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_and_tens_go_with_ones() {
        assert_eq!(["жиырма", "двадцяти", "полутора", "25"].map(value), [20.0, 20.0, 1.5, 25.0].map(Some));
        assert!(are_one("он", "бес") && are_one("двадцать", "пять") && are_one("жуз", "отыз"));
        assert!(!are_one("пять", "шесть") && !are_one("20", "5"));
    }
}
