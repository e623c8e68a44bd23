using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace MlOps.DependencyInjection;

/// <summary>The start of a host with settings below <c>MlOps</c>.</summary>
internal sealed class SettingsRun
{
    /// <summary>Gets the faults that stopped the start.</summary>
    public IReadOnlyList<string> Failures { get; private init; } = [];

    /// <summary>Gets the log.</summary>
    public FakeLogCollector Log { get; private init; } = new();

    public static Task<SettingsRun> StartAsync(params (string Key, string? Value)[] settings) => StartAsync(static builder => builder, settings);

    public static Task<SettingsRun> StartAsync(Func<MlOpsBuilder, MlOpsBuilder> add, params (string Key, string? Value)[] settings) =>
        StartAsync(add, new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"MlOps:{setting.Key}", setting.Value))).Build());

    public static Task<SettingsRun> StartJsonAsync(string json) => StartJsonAsync(static builder => builder, json);

    public static Task<SettingsRun> StartJsonAsync(Func<MlOpsBuilder, MlOpsBuilder> add, string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($"{{ \"MlOps\": {json} }}"));
        return StartAsync(add, new ConfigurationBuilder().AddJsonStream(stream).Build());
    }

    public static async Task<SettingsRun> StartAsync(Func<MlOpsBuilder, MlOpsBuilder> add, IConfiguration configuration)
    {
        var log = new FakeLogCollector();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(new FakeLoggerProvider(log));
        add(builder.Services.AddMlOps(configuration));
        using var host = builder.Build();
        try
        {
            await host.StartAsync();
            await host.StopAsync();
            return new SettingsRun { Log = log };
        }
        catch (OptionsValidationException exception)
        {
            return new SettingsRun { Failures = [.. exception.Failures], Log = log };
        }
    }
}
