using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Responds to the exceptions of served models with problem details.</summary>
internal sealed partial class ServingExceptionHandler(IProblemDetailsService problems, ILogger<ServingExceptionHandler> logger) : IExceptionHandler
{
    private const int NotReadySeconds = 5;
    private const int OverloadedSeconds = 1;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (Describe(exception) is not var (problem, retryAfter))
        {
            return false;
        }

        // The response lacks the reason and the remedy, which are for developers and operators. The message of a rejected row contains no values.
        LogProblem(exception is InvalidInputException ? LogLevel.Debug : LogLevel.Information, problem.Status!.Value, exception.Message);
        httpContext.Response.StatusCode = problem.Status.Value;
        if (retryAfter is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        // A client that accepts no JSON still gets the status and the header.
        var context = new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem, Exception = exception };
        await problems.TryWriteAsync(context).ConfigureAwait(false);
        return true;
    }

    private static (ProblemDetails Problem, int? RetryAfter)? Describe(Exception exception) => exception switch
    {
        InvalidInputException invalid => (new HttpValidationProblemDetails(ListErrors(invalid.Violations))
        {
            Status = StatusCodes.Status400BadRequest,
            Title = "The row was rejected.",
            Detail = "The input schema of the model does not allow some values. Correct the values that 'errors' lists.",
        }, null),
        ModelNotReadyException { Model: var model } => (new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Title = "The model is not ready.",
            Detail = $"No version of the model '{model}' is loaded yet. Try again after the time that the header Retry-After specifies.",
        }, NotReadySeconds),
        ModelOverloadedException { Model: var model } => (new ProblemDetails
        {
            Status = StatusCodes.Status429TooManyRequests,
            Title = "Too many rows are waiting.",
            Detail = $"The model '{model}' accepts no more rows at present. "
                + "Try again after the time that the header Retry-After specifies, or send fewer rows.",
        }, OverloadedSeconds),
        _ => null,
    };

    private static Dictionary<string, string[]> ListErrors(IReadOnlyList<InputViolation> violations) => violations
        .Where(static violation => violation.Policy == InputPolicy.Reject)
        .GroupBy(static violation => violation.Feature, StringComparer.Ordinal)
        .ToDictionary(
            static feature => feature.Key,
            static feature => feature.Select(Describe).ToArray(),
            StringComparer.Ordinal);

    private static string Describe(InputViolation violation) =>
        $"{violation.Rule.ToString().ToLowerInvariant()}: expected {violation.Expected}, found {violation.Found}.";

    [LoggerMessage(EventId = 1100, EventName = "ServingProblem", Message = "A request failed with status {Status}. {Message}")]
    private partial void LogProblem(LogLevel level, int status, string message);
}
