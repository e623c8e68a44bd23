using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

namespace ScoringService;

public sealed class TelemetryTests
{
    [Test]
    public async Task Metrics_and_traces_of_the_service_are_exported_to_the_endpoint_in_the_environment()
    {
        using var folder = new TemporaryFolder();
        using var collector = StartCollector(out var address);
        var collected = CollectAsync(
            collector,
            ("/v1/metrics", "scoring-telemetry"),
            ("/v1/metrics", "mlops.model.predictions"),
            ("/v1/traces", "scoring-telemetry"),
            ("/v1/traces", "model load"),
            ("/v1/traces", "Microsoft.AspNetCore.Hosting.HttpRequestIn"));
        await using var service = await ServiceProcess.StartAsync(
            folder.Path,
            $"OTEL_EXPORTER_OTLP_ENDPOINT={address}",
            "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "OTEL_SERVICE_NAME=scoring-telemetry",
            "OTEL_METRIC_EXPORT_INTERVAL=200",
            "OTEL_BSP_SCHEDULE_DELAY=200");
        using var answered = await service.Client.PostAsJsonAsync("/predict", TestRows.Create(0));

        await collected.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static HttpListener StartCollector(out string address)
    {
        using (var port = new TcpListener(IPAddress.Loopback, 0))
        {
            port.Start();
            address = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}/";
        }

        var collector = new HttpListener { Prefixes = { address } };
        collector.Start();
        return collector;
    }

    /// <summary>Receives exports until each path has received its text.</summary>
    private static async Task CollectAsync(HttpListener collector, params (string Path, string Text)[] expected)
    {
        for (var missing = expected; missing.Length > 0;)
        {
            var context = await collector.GetContextAsync();
            using var content = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(content);
            context.Response.Close();
            var body = Encoding.Latin1.GetString(content.ToArray());
            missing = Array.FindAll(missing, text => text.Path != context.Request.Url!.AbsolutePath || !body.Contains(text.Text, StringComparison.Ordinal));
        }
    }
}
