"""The history told in sentences, for pages, the API and the back office.

Apps above tell of their own kinds: `register_sentence(kind, tell)` in their `ready()`, and `register_names` for what
their data mention.
"""

from tickets.timeline.names import Names, register_names
from tickets.timeline.telling import Line, Tell, register_sentence, told

__all__ = ["Line", "Names", "Tell", "register_names", "register_sentence", "told"]
