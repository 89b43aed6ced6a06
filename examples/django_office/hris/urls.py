"""Addresses of the project."""

from django.urls import include, path

urlpatterns = [path("office/", include("office.urls"))]
