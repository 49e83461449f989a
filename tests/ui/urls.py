from django.urls import include, path

urlpatterns = [path("", include("carnet.ui.urls")), path("ui/gallery/", include("carnet.ui.gallery_urls"))]
