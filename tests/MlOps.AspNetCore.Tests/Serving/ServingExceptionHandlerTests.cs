using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Validation;

namespace MlOps.Serving;

public sealed class ServingExceptionHandlerTests
{
    [Test]
    public async Task A_model_that_is_not_ready_returns_503_and_retry_after()
    {
        await using var host = await ThrowAsync(new ModelNotReadyException("iris", "the store at /srv/secret is away."));
        using var response = await host.Client.GetAsync("/");

        var problem = await WebHost.ReadAsync(response);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(response.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(((string)problem["title"]!, (int)problem["status"]!), Is.EqualTo(("The model is not ready.", 503)));
        Assert.That((string)problem["detail"]!, Does.Contain("'iris'").And.Not.Contain("secret"));
    }

    [Test]
    public async Task A_model_with_too_many_waiting_rows_returns_429_and_retry_after()
    {
        await using var host = await ThrowAsync(new ModelOverloadedException("iris", 100));
        using var response = await host.Client.GetAsync("/");

        var problem = await WebHost.ReadAsync(response);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(response.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That((string)problem["detail"]!, Does.Contain("'iris'").And.Not.Contain("MaxQueueLength"));
    }

    [Test]
    public async Task A_rejected_row_returns_400_and_the_errors_of_each_feature()
    {
        await using var host = await ThrowAsync(new InvalidInputException("iris", [
            Violation("age", InputRule.Maximum, "0 to 120", "141"),
            Violation("origin", InputRule.Category, "'PDX', 'SEA'", "NYC"),
            Violation("origin", InputRule.Length, "3 to 3 characters", "NYCC"),
            Violation("fare", InputRule.NaN, "a number", "NaN", InputPolicy.Warn)]));
        using var response = await host.Client.GetAsync("/");

        var problem = await WebHost.ReadAsync(response);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(response.Headers.RetryAfter, Is.Null);
        var errors = problem["errors"]!.AsObject().Select(static feature => $"{feature.Key}: {string.Join(' ', feature.Value!.AsArray())}");
        Assert.That(errors, Is.EqualTo(new[]
        {
            "age: maximum: expected 0 to 120, found 141.",
            "origin: category: expected 'PDX', 'SEA', found NYC. length: expected 3 to 3 characters, found NYCC.",
        }));
    }

    [Test]
    public async Task The_log_has_the_reason_and_the_remedy_that_the_response_lacks_but_no_value_of_a_row()
    {
        await using var overloaded = await ThrowAsync(new ModelOverloadedException("iris", 100), static services => services.AddFakeLogging());
        await using var refused = await ThrowAsync(
            new InvalidInputException("iris", [Violation("age", InputRule.Maximum, "0 to 120", "141")]),
            static services => services.AddFakeLogging().AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Debug)));
        using var tooMany = await overloaded.Client.GetAsync("/");
        using var invalid = await refused.Client.GetAsync("/");

        var overload = overloaded.Get<FakeLogCollector>().GetSnapshot().Single(static entry => entry.Id.Name == "ServingProblem");
        var refusal = refused.Get<FakeLogCollector>().GetSnapshot().Single(static entry => entry.Id.Name == "ServingProblem");

        Assert.That(overload.Level, Is.EqualTo(LogLevel.Information));
        Assert.That(overload.Message, Does.Contain("status 429").And.Contain("MlOps:Models:iris:MaxQueueLength"));
        Assert.That(refusal.Level, Is.EqualTo(LogLevel.Debug));
        Assert.That(refusal.Message, Does.Contain("age: maximum violated").And.Contain("change the schema").And.Not.Contain("141"));
    }

    [TestCase(typeof(ArgumentException))]
    [TestCase(typeof(InvalidOperationException))]
    [TestCase(typeof(OperationCanceledException))]
    public async Task Other_exceptions_are_left_to_the_application(Type type)
    {
        await using var host = await ThrowAsync((Exception)Activator.CreateInstance(type)!);
        using var response = await host.Client.GetAsync("/");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
    }

    [Test]
    public async Task A_client_that_accepts_no_JSON_gets_the_status_and_the_header_and_no_later_handler_responds()
    {
        await using var host = await ThrowAsync(
            new ModelNotReadyException("iris", "it is being loaded."), after: static services => services.AddExceptionHandler<OwnHandler>());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("image/png") } } };
        using var response = await host.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(response.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.Empty);
    }

    [Test]
    public async Task A_handler_that_the_application_registers_before_takes_precedence()
    {
        await using var host = await ThrowAsync(
            new ModelNotReadyException("iris", "it is being loaded."), static services => services.AddExceptionHandler<OwnHandler>());
        using var response = await host.Client.GetAsync("/");

        Assert.That(response.StatusCode, Is.EqualTo((HttpStatusCode)418));
    }

    [Test]
    public void Repeated_registration_has_no_effect()
    {
        var services = new ServiceCollection().AddMlOpsProblemDetails().AddMlOpsProblemDetails();

        Assert.That(services.Count(static service => service.ServiceType == typeof(IExceptionHandler)), Is.EqualTo(1));
    }

    private static InputViolation Violation(string feature, InputRule rule, string expected, string found, InputPolicy policy = InputPolicy.Reject) =>
        new(feature, rule, expected, found, policy, "Correct the sender.");

    private static Task<WebHost> ThrowAsync(
        Exception exception, Action<IServiceCollection>? before = null, Action<IServiceCollection>? after = null) => WebHost.StartAsync(
        services =>
        {
            before?.Invoke(services);
            services.AddMlOpsProblemDetails();
            after?.Invoke(services);
        },
        app => app.MapGet("/", Task<string> () => throw exception));

    private sealed class OwnHandler : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            httpContext.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return ValueTask.FromResult(true);
        }
    }
}
