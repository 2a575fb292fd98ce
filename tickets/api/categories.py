"""`/categories/`: what tickets may be about."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.views import ApiView
from tickets.models import Category


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["slug", "name", "description"]


class CategoriesView(ApiView):
    queryset = Category.objects.active()

    @extend_schema(operation_id="list_categories", responses=CategorySerializer(many=True))
    def get(self, request: Request) -> Response:
        """The active categories, in their order."""
        return Response(CategorySerializer(self.get_queryset(), many=True).data)
