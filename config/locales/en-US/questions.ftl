# Questions for office hours: asking, the list, the hosts' view, “This answers…”, agenda and recap.

## Ask a question

question-ask = Ask a question
question-list = Questions
question-how = **Ask a question for an office hour.** It waits until a session answers it, and others can upvote it.
    With my name: staff and members see who asked. I tell you by direct message when there is an answer.
    Anonymously: nobody sees who asked, not even staff. Others see it from the next full hour on, so that it does not show when you were here, and you get a receipt.
question-named = With my name
question-named-one = With my name: { $title }
question-anonymous = Anonymously
question-anonymous-one = Anonymously: { $title }
question-form-title = Ask: { $title }
question-form-title-anonymous = Ask anonymously: { $title }
question-form-text = Your question
question-form-hint = Reports on conduct: please write to conduct-wg@python.org
question-form-hint-anonymous = You get a receipt afterwards. Keep it: a lost one cannot be recovered
question-thanks = **Thank you.** Your question for **{ $title }** is in the list. { $next }
    Under `/officehours`, “Questions”, others can upvote it. With `/me` you see what becomes of it, and can withdraw it.
question-thanks-anonymous = **Thank you.** Your question for **{ $title }** is stored without your name. Others see it from the next full hour on. { $next }
    Your receipt: `{ $receipt }`
    Please keep it. With `/me receipt:` and this receipt you can see the answer, and withdraw the question. It is shown only here, and a lost one cannot be recovered.
question-next = The next session is { $when }, in { $channel }.
question-next-expected = The next session is expected { $when }, in { $channel }, and not confirmed yet.
question-next-now = A session is under way in { $channel }.
question-next-none = No session is announced yet: it waits for the next one.
question-empty = There was no question in the form, so there is nothing to store. Please press “Ask a question” again.
question-too-long = A question can have { $max } characters, and yours has more, so it was not stored. Here is your text; please shorten it or ask in parts.
question-too-many = You have asked { $count } questions within an hour, which is all that I can take from one person. This one was not stored. Here is your text; please ask again later.
question-kept-before = You have sent this form before, with another question. The first one is what is stored; this is the text that is not. To ask it too, please press “Ask a question” again.
question-not-stored = I am sorry: the database did not answer, so I cannot say that your question is stored. Here is your text; please send it again later. If it happens again, tell the staff this reference: `{ $reference }`
question-no-series = These office hours are not held any more, so your question was not stored. Here it is; please use /officehours again.
question-series-gone = These office hours are not held any more. Please use /officehours again.

## The list

question-which = Questions for which office hours?
question-list-one = Questions: { $title }
question-title = **Questions: { $title }**
question-none = There are none yet. Press “Ask a question” under `/officehours` to ask the first one.
question-counted = { $first } to { $last } of { $total }
question-votes = { $count ->
    [one] 1 vote
   *[other] { $count } votes
}
question-head = **{ $number }.** { $votes }, { $who }
question-by = asked by { $author }
question-by-you = asked by you
question-anonymously = asked anonymously
question-answered = answered: { $url }
question-answered-plain = answered in a session
question-upvote = Upvote { $number }
question-downvote = Take back { $number }
question-newer = Back
question-older = More
question-hosts = For hosts
question-read-one = Read one of these whole
question-withdraw-number = Withdraw { $number }
question-vote-gone = This question can't be voted on any more: it was answered, hidden or withdrawn. Press “Questions” under `/officehours` to see the list as it is now.
question-gone = I cannot find that question. It was withdrawn, or hidden by staff.
question-file = The whole question is in the file below.

## One's own

question-own-line = - Your questions for office hours: { $questions }. Your upvotes: { $votes }
question-own = My questions
question-own-title = **Your questions for office hours**
question-own-none = None that you asked with your name. For an anonymous one use `/me receipt:` with its receipt.
question-own-head = **{ $title }**, { $date }, { $votes }: { $state }
question-own-back = Back
question-own-votes = Your upvotes: { $count }
question-own-votes-erase = Take my upvotes back
question-own-votes-erased = Taken back: no upvote of yours is stored any more.
question-own-votes-none = There are no upvotes of yours.
question-state-open = waiting for a session
question-state-waits = waiting for a session, shown to others from the next full hour on
question-state-hidden = taken out of the list by staff
question-withdraw = Withdraw it
question-withdraw-one = Withdraw one of these
question-withdraw-sure = **Withdraw this question for good?** Its text and its votes are deleted. It cannot be brought back.
question-withdraw-now = Withdraw for good
question-withdrawn = Withdrawn: the question is deleted.
question-withdrawn-anonymous = Withdrawn. It leaves the list at the next full hour, so that it does not show when you were here.
question-by-receipt = **Anonymous question: { $title }**
    Asked on { $date } (UTC), { $votes }: { $state }

## Told to the asker

question-told = **Your question for { $title } was answered.** You asked, on { $date }:
    { $quote }
    The answer: { $url }
    -# You find it under `/me` as well.
question-told-here = I could not send you a direct message:
question-told-erased = This was about a question that is not there, or not answered, any more.

## For hosts

hosts-title = **For hosts: { $title }**
    { $open ->
        [0] There is no open question.
        [one] One open question.
       *[other] { $open } open questions, those with most votes first.
    }
hosts-current = **Now:** { $votes }, { $who }, { $date }
hosts-next-head = **After it:**
hosts-next-line = - { $votes }: { $question }
hosts-more = { $count ->
    [one] … and one more.
   *[other] … and { $count } more.
}
hosts-answered = Answered
hosts-hide = Hide
hosts-next = Next
hosts-undo = Undo
hosts-members = As members see it
hosts-recap = Recap
hosts-reopen = Open one of these again
hosts-reopen-answered = answered: { $question }
hosts-reopen-hidden = hidden: { $question }
hosts-done-answered = Marked as answered: { $question }
    -# To link the answer and tell the asker, open the menu of the message that answers it: Apps, “This answers…”.
hosts-done-hidden = Hidden, members do not see it any more: { $question }
hosts-done-open = Open again: { $question }
hosts-file = -# Shortened here: choose it in the menu to read it whole.
hosts-was-first = Nothing changed: somebody was first. { $state }
hosts-state-open = The question is open.
hosts-state-answered = It was marked as answered by { $by }, { $when }.
hosts-state-hidden = It was hidden by { $by }, { $when }.
hosts-gone = This question is not there any more: its asker has withdrawn it.

## This answers…

answers-which = **Which question does this message answer?** { $url }
    It is marked as answered, linked to the message, and its asker is told.
answers-choose = The question
answers-none = There is no open question that this message could answer.
answers-not-public = This message is seen by one person alone, so a link to it would lead nobody anywhere. Please choose a message in a channel.
answers-done = Marked as answered by { $url }: { $question }
answers-told = Its asker gets a direct message, or is told at the next command.
answers-told-anonymous = It is anonymous: its asker sees the answer with the receipt.
answers-was-first = Nothing changed: { $by } was first. The question is settled: { $state }

## Agenda and recap

agenda-title = **{ $title }: the questions**, those with most votes first
agenda-more = { $count ->
    [one] One more question is under `/officehours`, “Questions”.
   *[other] { $count } more questions are under `/officehours`, “Questions”.
}
recap-title = Recap: { $title }
recap-title-day = Recap: { $title }, { $date }
recap-intro = What was asked, and where the answers are:
recap-line = - { $question }: [answer](<{ $url }>)
recap-nothing = There is no answered question with a link that is not in a recap already. “This answers…” in a message's menu makes the link.
recap-not-yours = A recap is a draft of /announce, which you may not use. Please ask somebody who writes announcements.
recap-notice = A draft of the answered questions. Nothing is posted until you send it. You find it again with /announce drafts.
