"""Addresses of the office."""

from django.urls import path

from office import views

urlpatterns = [
    path("scores/<str:period>/<str:nip>/", views.explanation, name="explanation"),
    path("scores/<str:period>/<str:nip>.json", views.document, name="document"),
]
