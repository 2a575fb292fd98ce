from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchDocument(models.Model):
    """The words by which a ticket is found. Written by triggers (migration 0008), never from here."""

    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    # What everybody who sees the ticket may search, and what its staff may: notes and people too.
    said = SearchVectorField(editable=False)
    everything = SearchVectorField(editable=False)

    class Meta:
        db_table = "tickets_searchdocument"

    def __str__(self) -> str:
        return str(self.ticket_id)
