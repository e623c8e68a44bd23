using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using MlOps;
using MlOps.Registry;

namespace ScoringService.Operation;

/// <summary>Responds to the exceptions that are this service's own concern with problem details (RFC 9457).</summary>
/// <remarks><c>AddMlOpsProblemDetails</c> responds to those of served models. Others become 500, without their message.</remarks>
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
            problem.Detail = $"It is not JSON, or has a field or value that is not allowed, at {json.Path ?? "its beginning"}, "
                + $"line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}.";
        }

        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    private static (int Status, string Title)? Describe(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException } => (StatusCodes.Status400BadRequest, "The body cannot be read."),
        BadHttpRequestException { StatusCode: var status } => (status, "The request cannot be answered."),

        // Tensors that do not fit the model, or an alias that is no name: every argument here is the caller's.
        ArgumentException => (StatusCodes.Status400BadRequest, "The request does not fit the model."),
        VersionNotFoundException => (StatusCodes.Status404NotFound, "There is no such version."),
        PromotionRefusedException => (StatusCodes.Status409Conflict, "The version does not pass the gates of the alias."),
        VersionConflictException => (StatusCodes.Status409Conflict, "The alias was changed meanwhile."),

        // What is left of the library's own: the store cannot be reached, or what is in it cannot be used.
        MlOpsException => (StatusCodes.Status502BadGateway, "The store, or the version in it, is at fault."),
        _ => null,
    };
}
