"""The design system room: base pages, components, form fields, gallery.

The only room that knows the classes of the State's design system (DSFR); every other template uses the
components of ``{% load ui %}``. docs/ui.md lists them.
"""
