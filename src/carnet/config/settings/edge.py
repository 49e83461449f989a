"""What the process that serves software has of its own, in production and in the sandbox alike.

Few middlewares: no session, no cookie, no form, no page. Who calls is known by its token (carnet.fhir_api).
"""

ROOT_URLCONF = "carnet.config.urls_api"
MIDDLEWARE = ["carnet.platform.middleware.RequestLogMiddleware"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 40_000_000  # several documents in one body; each has the bounds of a document
