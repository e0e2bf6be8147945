"""The one way to a language model: one request, one checked reply. Only this package imports openai and tenacity."""

from reviewer.llm.chat import Chat
from reviewer.llm.contract import Completion, Endpoint, Message
from reviewer.settings import Mode
from reviewer.usage import Usage

__all__ = ["Chat", "Completion", "Endpoint", "Message", "Mode", "Usage"]
