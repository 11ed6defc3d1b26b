## /help

help-title = **What I can do for you.** My answers are seen by you alone, unless you share them.
help-find = Find out
help-tell = Tell the PSF
help-staff = For staff
help-menu = **{ $name }**: in a message's menu, under Apps
help-end = -# Conduct reports go to conduct-wg@python.org, not to me. What I store, and how to have it deleted: `/me`.
