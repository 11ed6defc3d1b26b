# /inbox, and what staff do with submissions beyond reading them.

## /inbox list, show and search

inbox-list = **Inbox**
inbox-list-theme = **Inbox: { $theme }**
inbox-none = Nothing fits. Anonymous feedback is here from the next full hour on.
inbox-found = **Found for “{ $words }”**
inbox-found-none = Nothing was found. Try fewer words, or a part of one. Anonymous feedback is here from the next full hour on.
inbox-page-before = Page before
inbox-page-after = Next page
inbox-open-one = Show one of these
inbox-choose-one = Please choose one of the suggestions, or use `/inbox list`.
inbox-no-program = I do not know that programme. Please choose one of the suggestions.
inbox-no-theme = There is no such theme. Please choose one of the suggestions; a card's “Tag” makes new ones.
inbox-no-day = Please write the day as YYYY-MM-DD, for example 2026-11-01.
inbox-option = { $program } · { $date } · { $begins }
inbox-theme-used = { $name } ({ $count })
inbox-entry-question = Question to staff
inbox-entry-question-on = Question to staff: { $program }
inbox-entry-anonymous = anonymous
inbox-entry-new = new
inbox-entry-acknowledged = acknowledged
inbox-entry-resolved = resolved
inbox-entry-conduct = on conduct
inbox-entry-answered = answered
inbox-entry-withheld = Its text is not shown here.
inbox-themes = Themes: { $themes }
inbox-history = **What was done**
inbox-history-more = -# { $count ->
        [one] 1 earlier step
       *[other] { $count } earlier steps
    }
inbox-deed-acknowledge = - acknowledged by { $by }, { $when }
inbox-deed-resolve = - resolved by { $by }, { $when }
inbox-deed-reply = - answered by { $by }, { $when }
inbox-deed-tag = - theme “{ $theme }” given by { $by }, { $when }
inbox-deed-untag = - theme “{ $theme }” taken away by { $by }, { $when }
inbox-deed-conduct = - found to be on conduct by { $by }, { $when }

## /inbox stats and export

inbox-stats = **Feedback and questions since { $since }**
    “anon” counts those without a name, “open” those that are not resolved; “rating” is the mean of 1 (poor) to 5 (very good).
inbox-stats-program = Programme
inbox-stats-week = Week from
inbox-stats-total = All
inbox-stats-others = all others
inbox-stats-weeks = -# The last { $count } weeks that had any are shown.
inbox-stats-conduct = -# On conduct, and not counted: { $count }
inbox-exported = { $count ->
        [one] 1 submission, without its sender's name.
       *[other] { $count } submissions, without anybody's name.
    } What members delete later stays in this file: please delete it when you are done.
inbox-export-too-large = That is more than a message can carry. Please name a programme or a later day, or let whoever runs the bot use `psfbot feedback export`.

## Themes

inbox-tag = Tag
theme-choose = Choose all themes that fit; what you do not choose is taken away.
theme-choose-some = Themes
theme-none = It has no themes yet.
theme-new = Name a theme
theme-form-title = A theme for this
theme-form-name = Name
theme-form-hint = A few words, for example “visa letters”
theme-wrong = A name has 1 to { $max } characters. Nothing was changed.
theme-done = Done. The card shows it in a moment.
theme-too-many = More than { $max } themes would say nothing any more. Nothing was changed.
theme-was-first = **Nothing changed:** { $by } chose other themes in the meantime. This is how it is now.

## A text to a whole theme

theme-reply = Reply to all of these
theme-reply-title = Reply to a whole theme
theme-reply-text = You said, we did
theme-reply-hint = The same text for everybody; you see it once more before it is sent
theme-reply-preview = **This goes to everybody whose feedback has the theme “{ $theme }”:**
theme-reply-reach = By direct message: { $told ->
        [one] 1 member
       *[other] { $told } members
    }. Under `/me` alone, because they have not agreed to be contacted: { $reading }. Anonymous, with the receipt: { $anonymous }.
theme-reply-earlier = -# Texts that were sent to this theme before: { $count }
theme-reply-send = Send to all
theme-reply-sent = Sent. By direct message, or at their next command where those are closed: { $told ->
        [one] 1 member
       *[other] { $told } members
    }. Under `/me` alone: { $reading }. Anonymous, with the receipt: { $anonymous }.
theme-reply-was-sent = It was sent before, by { $by }, { $when }. Nobody gets it twice.
theme-reply-overtaken = **Nothing was sent:** another text went to this theme since you looked at yours. Please look at the theme's list, and send yours only if it still says more.
theme-reply-not-stored = I am sorry: the database did not answer, so nothing was kept or sent. Here is your text; please try again later.

## Conduct

inbox-conduct = Conduct
inbox-withheld = This is on conduct, so its text is not shown here any more. Reports on conduct belong to conduct-wg@python.org.
    Found by { $by }, { $when }
conduct-sure = **Is this a report on conduct?** Then it belongs to conduct-wg@python.org. If it should reach them, pass it on to them now.
    After this step its text is gone from the card, the list, the search and the export, and no member of the staff can read it here. Its sender still sees it under `/me`, with this address. It cannot be undone.
conduct-now = Remove the text
conduct-done = Done. The card loses the text in a moment. Reports on conduct belong to conduct-wg@python.org.
conduct-was-first = { $by } was first: the text is gone already. Reports on conduct belong to conduct-wg@python.org.
me-conduct = Staff found this to be on conduct, and do not see it here any more. Please send it to conduct-wg@python.org: they can act on it.
