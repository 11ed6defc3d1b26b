## /help

help-title = **What I can do for you.** My answers are seen by you alone, unless you share them.
help-find = Find out
help-tell = Tell the PSF
help-announce = Staff: announce
help-sessions = Staff: office hours
help-answers = Staff: read and answer members
help-watch = Staff: see how things stand
help-menu = **{ $name }** (a message's menu, Apps): { $what }
help-end = -# Conduct reports go to conduct-wg@python.org, not to me. What I store, and how to have it deleted: `/me`.
