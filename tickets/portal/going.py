"""Where a form leads: forms are sent by the browser, or by htmx, which would follow a redirect behind the page's back."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


def lead_to(request: HttpRequest, address: str) -> HttpResponse:
    """The whole page goes to another address."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=200, headers={"HX-Redirect": address})
    return show_again(address)


def show_again(address: str) -> HttpResponse:
    """The same page as it is now: htmx follows, and takes out of it the parts that changed."""
    return HttpResponseRedirect(address, status=303)
