# /feedback, the cards of submissions in the staff channel, and /me.

## /feedback: the form

feedback-form-title = Feedback: { $program }
feedback-form-title-anonymous = Anonymous feedback: { $program }
feedback-went-well = What went well
feedback-to-change = What to change
feedback-form-hint = One box is enough. Reports on conduct: please write to conduct-wg@python.org
feedback-form-hint-anonymous = You get a receipt afterwards. Keep it: a lost one cannot be recovered
feedback-form-hint-conduct = Reports on conduct: please write to conduct-wg@python.org
feedback-form-hint-both = You get a receipt: a lost one cannot be recovered. On conduct: conduct-wg@python.org
feedback-not-yet = **{ $program }** takes feedback from { $date } (UTC) on.
feedback-closed = **{ $program }** took feedback until { $date } (UTC). It is closed now.
feedback-elsewhere = To write in private: psf@python.org
feedback-closed-text = Your text was not stored. Here it is:
feedback-form-changed = The questions have changed since you opened this form, so your text was not stored. Here it is; please use /feedback again.
feedback-missing = A question that needs an answer has none, so nothing was stored. Here is what you wrote; please use /feedback again.
feedback-no-program = I do not know that programme. Please use /feedback again and pick one of these: { $programs }.
feedback-no-programs = No programme is set up for feedback yet. You can write to psf@python.org.

## /feedback: what comes back

feedback-thanks = **Thank you.** Your feedback on **{ $program }** is stored, and the PSF's staff can read it. With `/me` you see what becomes of it, and can delete it.
feedback-thanks-anonymous = **Thank you.** Your feedback on **{ $program }** is stored without your name. Staff see it within the hour or so, together with others of that hour.
feedback-receipt = Your receipt: `{ $receipt }`
    Please keep it. With `/me receipt:` and this receipt you can see what becomes of your feedback, and delete it. It is shown only here, and a lost one cannot be recovered.
feedback-thread = To talk about it in public: <{ $thread }>
feedback-email = To write in private: { $email }
feedback-conduct = To report something about conduct, please write to conduct-wg@python.org instead: they can act on it.
feedback-rate = How good was it, all in all?
feedback-rated = Your rating: **{ $rating }**. You can still change it.
feedback-rating-1 = 1 Poor
feedback-rating-2 = 2 Fair
feedback-rating-3 = 3 OK
feedback-rating-4 = 4 Good
feedback-rating-5 = 5 Very good
feedback-contact-allow = Staff may contact me
feedback-contact-withdraw = Staff may not contact me
feedback-contact-allowed = Staff may contact you about it.
feedback-kept-before = You have sent this form before, with another text. The first one is what is stored; this is the text that is not. To send it too, please use /feedback again.
feedback-empty = Both boxes were empty, so there is nothing to send. Please use /feedback again and fill in at least one.
feedback-empty-form = All boxes were empty, so there is nothing to send. Please use /feedback again and fill in what you have an answer to.
feedback-too-long = A box can hold { $max } characters, and yours has more, so it was not stored. Here is your text; please send it in parts.
feedback-program-gone = This programme does not take feedback any more, so your text was not stored. Here it is; please use /feedback again and pick another programme.
feedback-too-many = You have sent { $count } pieces of feedback within an hour, which is all that I can take from one person. This one was not stored. Here is your text; please send it later.
feedback-not-stored = I am sorry: the database did not answer, so I cannot say that your feedback is stored. Here is your text; please send it again later. If it happens again, tell the staff this reference: `{ $reference }`
feedback-gone = I cannot find that feedback. It is not yours, or not there any more.
form-stale = This form is from an older version of me, so it was not stored. Here is what you wrote; please use the command again.
given-back-file = Your text is in the file below.

## Cards

inbox-card-named = **Feedback: { $program }**
    From { $author }, { $when }
inbox-card-anonymous = **Feedback: { $program }**
    Anonymous, { $date } (UTC)
inbox-card-shortened = -# Shortened here. Press “Show all” for the whole text.
inbox-card-rating = Rating from 1 to 5: **{ $rating }**
inbox-card-contact = The author agrees to be contacted by staff.
inbox-card-no-contact = The author has not agreed to be contacted.
inbox-state-new = State: **new**
inbox-state-acknowledged = State: **acknowledged** by { $by }, { $when }
inbox-state-resolved = State: **resolved** by { $by }, { $when }
inbox-card-question = **Question to staff: { $program }**
    From { $author }, { $when }
inbox-card-erased-question = **Question to staff: { $program }**
    Its author has deleted it. There is nothing left to do.
inbox-card-erased = **Feedback: { $program }**
    Its author has deleted it. There is nothing left to do.
inbox-acknowledge = Acknowledge
inbox-reply = Reply
inbox-resolve = Resolve
inbox-show = Show all
inbox-acknowledged = Acknowledged. The card shows it in a moment.
inbox-resolved = Resolved. The card shows it in a moment.
inbox-was-first = Nothing changed: { $by } was first.
    { $state }
inbox-gone = This is not in the inbox any more.

## /me

me-title = **What you sent by name**
me-nothing = **What you sent by name**
    Nothing. With `/feedback` you can tell the PSF what went well and what to change.
me-entry = **{ $program }**, { $when }: { $state }
me-rating = your rating: { $rating }
me-counted = { $first } to { $last } of { $total }
me-newer = Newer
me-older = Older
me-state-new = not read yet
me-state-acknowledged = read by staff
me-state-resolved = settled
me-delete-one = Delete one of these
me-delete-option = { $program }, { $date }
me-delete = Delete it
me-delete-sure = **Delete this for good?** It goes from the database and from the staff's card. It cannot be brought back.
me-delete-now = Delete for good
me-deleted = Deleted. The staff's card loses the text in a moment.
me-deleted-anonymous = Deleted. The staff's card loses the text at the next full hour, so that it does not show when you were here.
me-stored = **What is stored about you**
    Of feedback and questions to staff that you send by name: your Discord id, the text, the programme, the time, your rating, whether staff may contact you, what staff did with it and what they wrote back. Staff who look after feedback can read it, and you can delete it here.
    Of staff also: the announcements that you wrote, drafts included, the replies that you wrote, the themes that you named, what you did with feedback, and the time zone that you write times in.
    Of anonymous feedback: nothing that leads to you. To see or delete it, use `/me receipt:` with its receipt.
    Of “Remind me” under `/officehours`: your Discord id and the session, until a day after it. You can delete it here.
    Of “Helpful” and “Not helpful”: your vote, under a code that only your own click can make again. You can delete it here.
    Of questions for office hours that you ask with your name: your Discord id, the text, the office hour, the time, and the answer. Of your upvotes: such a code. You can delete both here.
    Questions that you ask with `/ask` are not stored with who asked. Those without a good answer are counted by their words, without e-mail addresses, mentions and long rows of digits.
me-stored-show = What is stored about me
me-entry-question = **Question to staff: { $program }**, { $when }: { $state }
me-state-answered = answered by staff
me-state-answered-resolved = answered by staff, settled
me-read-one = Read the answer to one of these
me-votes = Your votes on answers: helpful { $helpful }, not helpful { $unhelpful }
me-votes-delete = Delete my votes
me-votes-deleted = Deleted: your votes on answers are not stored any more.
me-votes-none = There are no votes of yours.
me-not-a-receipt = That is not a receipt. A receipt has 32 characters, digits and the letters a to f. You saw it when you sent your feedback.
me-no-receipt = There is nothing with this receipt. Please check that you copied all 32 characters.
me-anonymous = **Anonymous feedback: { $program }**
    Sent on { $date } (UTC): { $state }
