# What staff read of answers: gaps, the week's digest, and the form that replies to a member.

## Gaps: questions without a good answer

gap-line = “{ $question }”: { $count } ×, last on { $date }; { $why }
gap-nothing = nothing fitted
gap-nothing-near = nothing fitted, nearest was `{ $nearest }`
gap-elsewhere = sent elsewhere
gap-elsewhere-near = sent elsewhere by `{ $nearest }`
gap-none-chosen = none of the meanings was it
gap-none-chosen-near = none of the meanings was it, first of them `{ $nearest }`
gap-not-helpful = the answer did not help
gap-not-helpful-near = the answer did not help: `{ $nearest }`
gaps-title = **Questions without a good answer**, most asked first. Nobody's name is kept with them.
gaps-none = There are no open questions without a good answer.
gaps-counted = { $first } to { $last } of { $total }
gaps-close = Close { $number }
gaps-newer = Back
gaps-older = More
gaps-was-first = Nothing changed: { $by } has closed this one, { $when }.
gaps-gone = This question is not kept any more.

## The week's digest

digest-title = **The week in answers** ({ $week })
digest-waiting = { $count ->
        [one] **1 question to staff has no reply.** Press *Reply* or *Resolve* on its card.
       *[other] **{ $count } questions to staff have no reply.** Press *Reply* or *Resolve* on their cards.
    }
digest-card = <{ $url }>
digest-no-card = its card is on its way
digest-gaps = { $count ->
        [one] **1 question had no good answer.** See `/knowledge gaps`.
       *[other] **{ $count } questions had no good answer.** See `/knowledge gaps`.
    }
digest-unhelpful = { $count ->
        [one] **1 answer was found not helpful.**
       *[other] **{ $count } answers were found not helpful.**
    }
digest-unhelpful-line = { $title }: not helpful { $unhelpful }, helpful { $helpful }
digest-reviews = { $count ->
        [one] **1 article is due for review.**
       *[other] **{ $count } articles are due for review.**
    }
digest-review = { $title }: by { $date }
digest-review-past = { $title }: should have been checked by { $date }; its answers say so
digest-more = and { $count } more

## Reply

reply-form-title = Reply to a member
reply-form-text = Your reply
reply-form-hint = It goes to the member by direct message, as from the PSF's staff
reply-form-hint-me = The member reads it under /me, as from the PSF's staff; no direct message
reply-sent = Stored. It goes to the member by direct message; where those are closed, at the member's next command. The card shows it in a moment.
reply-kept = Stored. The member reads it under `/me`, without a direct message: { $why }. The card shows it in a moment.
reply-why-anonymous = the feedback is anonymous
reply-why-no-contact = the author has not agreed to be contacted
reply-kept-before = You have sent this form before, with another text. The first one is what the member gets; this is the text that is not sent. To send it too, please press Reply again.
reply-overtaken = Not sent: { $by } has replied since you opened the form.
    { $theirs }
    To send yours as well, please press Reply again. Here is your text.
reply-empty = There is nothing to send. Please press Reply again and write something.
reply-too-long = A reply can have { $max } characters, and yours has more, so it was not sent. Here is your text.
reply-gone = This is not in the inbox any more: its author has deleted it. Your reply was not sent. Here is your text.
reply-not-stored = I am sorry: the database did not answer, so I cannot say that your reply is stored. Here is your text; look at the card before you send it again. If it happens again, tell whoever runs me this reference: `{ $reference }`
reply-line = Reply by { $by }, { $when }
reply-line-member = **Reply of the PSF's staff**, { $when }
reply-line-plain = Reply of the PSF's staff, { $when }
reply-more = { $count ->
        [one] 1 earlier reply: press “Show all”.
       *[other] { $count } earlier replies: press “Show all”.
    }

## What the member gets

reply-message = **The PSF's staff have answered you.** You wrote, on { $date }:
    { $quote }
    The answer:
    { $answer }
    -# You find it under `/me` as well. To ask more, use `/ask` and press “Ask staff”.
reply-message-erased = You have deleted what this was an answer to.
reply-here = I could not send you a direct message, so I tell you here:
