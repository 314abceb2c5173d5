//! Teams that are called by their town: "the Astana cycling team", "Қайрат футбол клубы".

use crate::text::Token;

/// Beginnings (folded) of words for a sport.
const SPORTS: [&str; 22] = [
    "cycling",
    "football",
    "soccer",
    "hockey",
    "ice",
    "basketball",
    "volleyball",
    "futsal",
    "handball",
    "rugby",
    "boxing",
    "wrestling",
    "chess",
    "футбол",
    "футзал",
    "хоккей",
    "баскетбол",
    "волейбол",
    "гандбол",
    "вело",
    "бокс",
    "регби",
];

/// Beginnings (folded) of words for a team. Players and fans are where they are.
const TEAMS: [&str; 5] = ["team", "squad", "club", "команд", "клуб"];

/// Words between a name and the word for a team.
const REACH: usize = 3;

/// Whether a word for a sport and one for a team follow a name, or stand before it.
pub(super) fn is_sports_team(words: &[Token], at: usize, used: usize) -> bool {
    let is_sport = |word: &Token| SPORTS.iter().any(|stem| word.folded.starts_with(stem));
    let is_team = |word: &Token| TEAMS.iter().any(|stem| word.folded.starts_with(stem));
    // "велокоманда", "велоклубы"
    let is_both = |word: &Token| word.folded.starts_with("вело") && TEAMS.iter().any(|stem| word.folded.contains(stem));
    let mut after = words[at + used..].iter().take_while(|word| !word.is_after_break);
    let follows =
        after.next().is_some_and(|next| is_both(next) || (is_sport(next) && after.take(REACH - 1).any(is_team)));
    let before = &words[..at];
    let is_led = !words[at].is_after_break
        && match before {
            [.., sport, team] if is_team(team) && !team.is_after_break => {
                is_both(team) || is_sport(sport) || (team.is_capital && team.folded == "team")
            }
            // "Team Astana"
            [.., team] => is_both(team) || (team.is_capital && team.folded == "team"),
            [] => false,
        };
    follows || is_led
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn a_sport_and_a_team_beside_a_name() {
        for (text, at, expected) in [
            ("The Astana cycling team finished third", 1, true),
            ("Almaty ice hockey club signed a goalkeeper", 0, true),
            ("Қайрат футбол клубы жеңді", 0, true),
            ("Астана велокомандасы", 0, true),
            ("велокоманда Астана", 1, true),
            ("велоклуб Астана", 1, true),
            ("Team Astana won", 1, true),
            ("the cycling team Astana", 3, true),
            ("Almaty football stadium", 0, false),
            ("a rescue team from Almaty", 4, false),
            ("Astana, cycling team", 0, false),
        ] {
            assert_eq!(is_sports_team(&tokens(text), at, 1), expected, "{text}");
        }
    }
}
