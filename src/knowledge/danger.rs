//! Somebody in danger: what says so goes to one article before anything is ranked, because here a miss is worse than any
//! needless help.

use super::words::surfaces;

/// The article that says who helps.
pub(super) const ARTICLE: &str = "redirect-crisis";

/// What says that somebody may be in danger, word by word and without apostrophes.
const SIGNS: [&str; 41] = [
    "kill myself",
    "killing myself",
    "kill herself",
    "kills herself",
    "kill himself",
    "kills himself",
    "kill themselves",
    "end my life",
    "ending my life",
    "end it all",
    "take my own life",
    "take her own life",
    "take his own life",
    "suicide",
    "suicidal",
    "i want to die",
    "i wanna die",
    "dont want to live",
    "do not want to live",
    "dont want to be alive",
    "no reason to live",
    "reason to stay alive",
    "better off dead",
    "hurt myself",
    "harm myself",
    "harming myself",
    "cut myself",
    "cutting myself",
    "self harm",
    "overdose",
    "overdosed",
    "too many pills",
    "cannot breathe",
    "cant breathe",
    "can not breathe",
    "chest pain",
    "chest hurts",
    "heart attack",
    "panic attack",
    "nervous breakdown",
    "having a breakdown",
];

/// Whether a text says that somebody may be in danger.
pub(super) fn speaks(text: &str) -> bool {
    let text = surfaces(text).fold(String::from(" "), |text, word| text + &word + " ");
    SIGNS.iter().any(|sign| text.contains(&format!(" {sign} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danger_is_heard_in_the_middle_of_anything_and_insults_are_none() {
        for text in
            ["Grants are paused and I WANT to die", "I can't breathe, where is the talk", "he took too many pills"]
        {
            assert!(speaks(text), "{text}");
        }
        for text in
            ["kill yourself bot", "how do I kill a process", "is self-hosting harmful", "my server wants to die"]
        {
            assert!(!speaks(text), "{text}");
        }
    }
}
