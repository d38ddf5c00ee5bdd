"""From a run file to pages: the session of a notebook, what its cells show, and the HTML."""
