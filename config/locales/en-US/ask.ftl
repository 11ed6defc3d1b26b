## /ask

ask-share = Share here
ask-shared-by = { $member } shared an answer:
ask-share-refused = You cannot write in this channel, so I cannot share an answer here for you.
ask-sources = Sources: { $sources }
ask-gone = That article is not in the knowledge base any more. Please ask again with /ask.
ask-empty = Ask me about the PSF: grants, membership, the Community Partner Program, office hours, donations. For example: `/ask question:Are grants open?`
ask-no-question = I find no question in that message. You can ask in your own words with `/ask`.
ask-unreadable = I can't read that question: { $problem }.
