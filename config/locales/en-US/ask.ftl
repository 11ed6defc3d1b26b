## /ask

ask-share = Share here
ask-shared-by = { $member } shared an answer:
ask-share-refused = You cannot write in this channel, so I cannot share an answer here for you.
ask-share-again = You have just shared an answer in this channel. You can share the next one here { $again } (at { $clock }), so that the channel stays readable.
ask-sources = Sources: { $sources }
ask-gone = That article is not in the knowledge base any more. Please ask again with /ask.
ask-no-question = I find no question in that message. You can ask in your own words with `/ask`.
ask-unreadable = I can't read that question: { $problem }.
ask-none-of-these = None of these
ask-none = I am sorry that it was none of these. Ask again with `/ask` in other words, or press “Ask staff” and people of the PSF answer you.

## /ask without a question

ask-empty = Ask me about the PSF: grants, membership, the Community Partner Program, office hours, donations. For example: `/ask question:Are grants open?`
    Or browse: choose a topic below.
ask-choose-topic = Choose a topic
ask-choose-article = Choose what you want to know
ask-topic = **{ $topic }**: { $first } to { $last } of { $total } answers. Choose one below.
ask-topic-size = { $count ->
        [one] 1 answer
       *[other] { $count } answers
    }
ask-all-topics = All topics
ask-page-before = Back
ask-page-after = More
ask-browse-gone = That is not in the knowledge base any more. Please use `/ask` again.
topic-about = About the PSF
topic-blog = Blog, newsletter and accounts
topic-conduct = Code of Conduct
topic-contacts = Whom to write to
topic-developers-in-residence = Developers in Residence
topic-donations = Donations
topic-elections = Elections and the board
topic-fiscal-sponsorship = Fiscal sponsorship
topic-grants = Grants
topic-meetup = Meetup network
topic-membership = Membership
topic-office-hours = Office hours
topic-partner = Community Partner Program
topic-pycon-us = PyCon US
topic-pypi = PyPI
topic-sponsorship = Sponsorship
topic-trademarks = Trademarks

## Helpful, not helpful

ask-helpful = Helpful
ask-not-helpful = Not helpful
ask-vote-helpful = Thank you. Your vote is counted, without your name. You can change it with the other button.
ask-vote-now-helpful = Changed: it counts as helpful now.
ask-vote-not-helpful = Thank you for saying so. It is counted, without your name, and staff see which answers did not help. You can change it with the other button; and you can put your question to staff.
ask-vote-now-not-helpful = Changed: it counts as not helpful now. You can put your question to staff.
ask-vote-same = You have said so before; each member counts once for an answer. You can change it with the other button.

## Ask staff

ask-staff = Ask staff
staff-form-title = Ask the PSF's staff
staff-question = Your question
staff-question-asked = Question
staff-no-program = general
staff-question-hint = What would you like to know? Conduct reports: please write to conduct-wg@python.org
staff-thanks = **Thank you.** Your question is with the PSF's staff. The answer comes to you by direct message; if those are closed, I tell you at your next command here. With `/me` you see what becomes of it, and can delete it.
    To report something about conduct, please write to conduct-wg@python.org instead: they can act on it.
staff-empty = There was nothing in the form, so nothing was sent. Please press “Ask staff” again.
staff-too-many = You have sent { $count } forms within an hour, which is all that I can take from one person. This one was not stored. Here is your text; please send it later.
staff-kept-before = You have sent this form before, with another text. The first one is what is stored; this is the text that is not. To send it too, please press “Ask staff” again.
staff-not-stored = I am sorry: the database did not answer, so I cannot say that your question is stored. Here is your text; please send it again later. If it happens again, tell the staff this reference: `{ $reference }`
