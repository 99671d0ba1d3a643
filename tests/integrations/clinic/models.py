from django.db import models

from detector.integrations.django import CheckedCommentsMixin, CommentValidator


class Patient(CheckedCommentsMixin, models.Model):
    nom = models.CharField(max_length=50)
    commentaire = models.TextField(blank=True)
    art9_fields = ("commentaire",)


class Visit(models.Model):
    motif = models.TextField(blank=True, validators=[CommentValidator()])
