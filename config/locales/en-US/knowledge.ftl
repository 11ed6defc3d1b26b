# The status of programs, as answers say it.

program-is-open = { $title } is open
program-is-limited = { $title } is open for a limited round
program-is-paused = { $title } is paused
program-is-closed = { $title } is closed
program-is-planned = { $title } is announced
program-is-unannounced = { $title } is not announced
program-sentence = **{ $said }** (as of { $date }).
program-sentence-since = **{ $said }** since { $day } (as of { $date }).
program-sentence-for = **{ $said }** for { $day } (as of { $date }).
program-unknown = *(How this stands now is not known to me; please ask the PSF's staff at psf@python.org.)*

# What staff read when they change the knowledge base.

knowledge-form = Change an answer
knowledge-form-new = Write a new answer
knowledge-form-status = How does it stand now?
knowledge-form-title = Title, as a question
knowledge-form-questions = Ways people ask, one a line
knowledge-form-questions-some = Ways people ask (some; the others stay)
knowledge-form-questions-hint = are grants open
knowledge-form-text = The answer first; under 90 words
knowledge-form-text-hint = Discord's Markdown works. {"{"}status:grants{"}"} says how grants stand now.
knowledge-form-sources = Sources, one a line: title | https://… | date
knowledge-form-sources-hint = PSF blog | https://pyfound.blogspot.com/ | 2026-11-21 (add | third-party if not the PSF's)
knowledge-form-details = Topic, keywords, dates, one a line
knowledge-form-state = State
knowledge-form-state-hint = open, limited, paused, closed, planned or unannounced
knowledge-form-since = Since (or for) which day; may be empty
knowledge-form-day-hint = 2026-11-21
knowledge-form-note = What else to say; may be empty
knowledge-form-source = Source: title | https://… | checked on
knowledge-form-review-by = Look at it again by

knowledge-field-title = Title
knowledge-field-questions = Ways people ask
knowledge-field-text = Text
knowledge-field-sources = Sources
knowledge-field-details = Topic, keywords, dates
knowledge-field-state = State
knowledge-field-since = Since
knowledge-field-note = Note
knowledge-field-source = Source
knowledge-field-review-by = Look at it again by

knowledge-typed-source = I can't read the source “{ $line }”: write `title | https://… | 2026-11-21`.
knowledge-typed-detail = I can't read “{ $line }”: write a name, a colon and a value, like `topic: grants`.
knowledge-typed-unknown = I don't know “{ $name }”: there is { $names }.
knowledge-typed-day = I can't read the day of “{ $name }”: write it like `2026-11-21`.
knowledge-typed-no-day = “{ $name }” has no day: write it like `2026-11-21`.
knowledge-typed-state = I don't know that state: write one of { $words }.
knowledge-typed-no-text = It has no text.
knowledge-typed-gone = What this changes is not in the knowledge base.

knowledge-words-new = **A new answer: “{ $title }” (draft { $number }), only you see this.** Nothing is saved yet. Below the line is what members will read.
knowledge-words-edit = **Your change to “{ $title }” (draft { $number }), only you see this.** Nothing is saved yet. Below the line is what members will read.
knowledge-words-status = **How { $title } stands (draft { $number }), only you see this.** Nothing is saved yet. Below the line is the sentence in every answer that holds it.
knowledge-words-retire = **“{ $title }” will no longer answer (draft { $number }).** Nothing is saved yet. Below the line is what it says today.
knowledge-words-supersede = **“{ $title }” will no longer answer (draft { $number }); `{ $successor }` will, in its place.** Nothing is saved yet. Below the line is what it says today.
knowledge-untitled = (no title)
knowledge-todo = **To do:** { $problem }
knowledge-note = **Note:** { $warning }
knowledge-changes = **What changes:**
knowledge-changed = { $field }: { $words }
knowledge-nothing-changed = nothing is different from what counts now. Press Edit again, or Discard.
knowledge-led-to = { $articles } would lead nowhere: name an article that answers in its place (`superseded_by`).
knowledge-meanwhile = **{ $who } changed it meanwhile** (version { $number }, { $time }). Press Go on to lay your text over it; you see then what that changes.
knowledge-meanwhile-file = **It was changed meanwhile.** Press Go on to lay your text over it; you see then what that changes.
knowledge-meanwhile-changes = What changed in it meanwhile:

knowledge-save = Save
knowledge-retire = Retire it
knowledge-edit-again = Edit again
knowledge-discard = Discard
knowledge-go-on = Go on
knowledge-edit = Edit
knowledge-still-right = Still right
knowledge-back = Back to the file

knowledge-saved = **Saved** as version { $number } of “{ $title }” (`{ $id }`). Members get it from now on, whichever process answers.
knowledge-was-saved = This was saved already. `/knowledge edit` changes it again.
knowledge-discarded = Discarded. Nothing was changed.
knowledge-not-saved = My database does not answer, so this is not saved yet. What you typed is kept; press the button again in a few minutes, or find it under `/knowledge status`.
knowledge-not-stored = My database does not answer, so I could not keep this. Here is what you wrote:
knowledge-stands-in-the-way = **Not saved.** Something stands in the way:
knowledge-overtaken = It was changed meanwhile, so nothing was done. Look at it again.
knowledge-unknown = I don't find that in the knowledge base. Choose one of those that are suggested.
knowledge-draft-unknown = I don't find that draft of yours.
knowledge-draft-newer = **This draft was changed in the meantime, so nothing was done.** This is how it is now:
knowledge-draft-overtaken = That draft was changed in the meantime, so nothing was done. Here is what you wrote:
knowledge-too-long-for-form = That article is too long for Discord's forms. It can be changed in its file.

knowledge-due = **{ $count ->
    [one] One thing is
   *[other] { $count } things are
} due to be looked at, the oldest first:**
knowledge-due-past = - **{ $title }** (`{ $id }`): overdue since { $date }
knowledge-due-soon = - { $title } (`{ $id }`): by { $date }
knowledge-due-more = … and { $count } more
knowledge-due-none = Nothing is due within two weeks.
knowledge-due-shown = Below the line is **{ $title }**, as members read it. Compare it with its sources.
knowledge-due-menu = Look at another one…
knowledge-reviewed = Noted: **{ $title }** is right as of today.

knowledge-not-loaded = **What staff changed is not loaded yet**, because the database does not answer. Until it does, members get what the files say.
knowledge-programs = **How programs stand**
knowledge-program = - { $title } (`{ $key }`): **{ $state }**{ $since }; checked { $checked }, look again by { $review }
knowledge-since = {" "}since { $date }
knowledge-no-changes = The files say all that staff changed.
knowledge-staff-changes = **What staff changed and the files do not say** (`psfbot knowledge export` writes it into them)
knowledge-change = - { $title } (`{ $id }`): { $what }
knowledge-change-beneath = - { $title } (`{ $id }`): { $what }. **Its file was changed since**; choose it below to compare.
knowledge-did-add = added by { $who }, version { $number }, { $time }
knowledge-did-edit = changed by { $who }, version { $number }, { $time }
knowledge-did-retire = retired by { $who }, version { $number }, { $time }
knowledge-did-review = found right by { $who }, version { $number }, { $time }
knowledge-did-file = back to the file by { $who }, version { $number }, { $time }
knowledge-drafts = **Your drafts that are not saved**
knowledge-draft = - Draft { $number }: { $what }
knowledge-menu-draft = Your draft: { $what }
knowledge-menu = Look at one, compare it with its file…
knowledge-more-lines = … and { $count } more lines
knowledge-answers-not = It does not answer.
knowledge-no-file = It has no file yet.
knowledge-file-changes = Against its file:
knowledge-went-back = “{ $title }” says again what its file says. Staff's version stays in the history.
