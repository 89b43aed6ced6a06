"""What an employee sees: the score, and why it is what it is."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_list_or_404, render
from django.utils.translation import get_language

from office.models import Result


def _newest(period: str, nip: str) -> Result:
    newest: Result = get_list_or_404(Result.objects.order_by("-id"), period=period, nip=nip)[0]
    return newest


def explanation(request: HttpRequest, period: str, nip: str) -> HttpResponse:
    """Show one employee's explanation, in the reader's language."""
    found = _newest(period, nip)
    language = "en" if (get_language() or "id").startswith("en") else "id"
    context = {"result": found, "text": found.texts[language]}
    return render(request, "office/explanation.html", context)


def document(_request: HttpRequest, period: str, nip: str) -> JsonResponse:
    """Give the same as a document: identifiers and exact numbers are text."""
    return JsonResponse(_newest(period, nip).document)
