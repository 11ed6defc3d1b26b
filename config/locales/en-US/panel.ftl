# The panel: what members reach with buttons in a channel in which they cannot write.

panel-words = **How can I help?** Only you see what comes of these buttons.
    - **Ask**: questions about the PSF, grants, membership, events and more, with sources and dates.
    - **Office hours**: when the next ones are, in your own time; reminders, and questions for them.
    - **Feedback**: tell the PSF what went well and what to change, with or without your name.
    - **My things**: what you sent here, what staff answered, and what is stored about you.
    Reports on conduct belong to conduct-wg@python.org.
panel-ask = Ask
panel-hours = Office hours
panel-feedback = Feedback
panel-mine = My things
panel-receipt = I have a receipt

panel-ask-form = Ask about the PSF
panel-ask-field = Your question
panel-ask-hint = In your own words. Leave it empty to browse by topic.
panel-receipt-form = Look something up by its receipt
panel-receipt-field = The receipt
panel-receipt-hint = The 32 letters and digits that you were shown when you sent it
panel-feedback-which = **Feedback: what is it about?** Choose in the first menu to send it with your name, in the second to send it without. Reports on conduct belong to conduct-wg@python.org.
panel-feedback-named = With my name: choose
panel-feedback-anonymous = Anonymously: choose
