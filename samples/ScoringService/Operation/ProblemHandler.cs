using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using MlOps;
using MlOps.Registry;

namespace ScoringService.Operation;

/// <summary>Maps exceptions of the registry, the store and request bodies to problem details (RFC 9457).</summary>
/// <remarks><c>AddMlOpsProblemDetails</c> maps the exceptions of served models. Other exceptions become status 500 without a message.</remarks>
internal sealed class ProblemHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (Describe(exception) is not var (status, title))
        {
            return false;
        }

        var problem = new ProblemDetails { Status = status, Title = title, Detail = exception.Message };
        if (exception is BadHttpRequestException { InnerException: JsonException json })
        {
            problem.Detail = $"The body is not valid JSON, or contains a field or value that is not allowed, at {json.Path ?? "its beginning"}, "
                + $"line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}.";
        }

        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    private static (int Status, string Title)? Describe(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException } => (StatusCodes.Status400BadRequest, "The body cannot be read."),
        BadHttpRequestException { StatusCode: var status } => (status, "The request cannot be answered."),

        // Every argument comes from the request: tensors that do not fit the model, or an invalid alias.
        ArgumentException => (StatusCodes.Status400BadRequest, "The request does not fit the model."),
        VersionNotFoundException => (StatusCodes.Status404NotFound, "The version does not exist."),
        PromotionRefusedException => (StatusCodes.Status409Conflict, "The version does not pass the gates of the alias."),
        VersionConflictException => (StatusCodes.Status409Conflict, "The alias was changed at the same time."),

        // Other exceptions of the library: the store is unavailable, or its content cannot be used.
        MlOpsException => (StatusCodes.Status502BadGateway, "The store, or the version in it, cannot be used."),
        _ => null,
    };
}
