## Answers of the knowledge base, around the articles' own texts

answer-as-of = As of { $date }.
answer-third-party = Partly from a third-party source.
answer-overdue = This may be out of date: it should have been checked by { $date }.
answer-source-third-party = { $title } (third-party source)
answer-or = **Or do you mean this? { $title }**
answer-which = I'm not sure which you mean. Do you mean one of these?
    { $meanings }

    If it is none of these, ask in other words, write to the PSF's staff at psf@python.org, or ask the community at https://discuss.python.org.
answer-nothing = I don't have an answer to that. You can write to the PSF's staff at psf@python.org, ask the community at https://discuss.python.org, or come to the next office hours here on Discord.
answer-nothing-but = I don't have an answer to that. For questions on { $place }. You can write to the PSF's staff at psf@python.org, ask the community at https://discuss.python.org, or come to the next office hours here on Discord.
answer-place-grants = grants, write to grants@python.org
answer-place-partner = the Community Partner Program, write to grants@python.org
answer-place-membership = membership and elections, write to psf-elections@pyfound.org
answer-place-sponsorship = sponsorship, write to sponsors@python.org
answer-place-conduct = conduct, write to conduct-wg@python.org
answer-place-trademarks = the Python trademarks, write to psf-trademarks@python.org
answer-place-fellows = Fellows, write to psf-fellow@python.org
answer-place-board = the board, write to psf-board@python.org
answer-place-pypi = PyPI, see https://pypi.org/help/
