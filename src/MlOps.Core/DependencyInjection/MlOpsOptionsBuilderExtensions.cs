using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using MlOps.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers options of packages that add to MlOps.</summary>
public static class MlOpsOptionsBuilderExtensions
{
    /// <summary>Registers options that are bound from a section below <c>MlOps</c>, of the configuration that <c>AddMlOps</c> reads, then set by code, and validated when the host starts.</summary>
    /// <typeparam name="TOptions">The type of the options.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The section's path below <c>MlOps</c>, such as <c>Onnx</c>.</param>
    /// <param name="bind">Binds the section; a lambda in the caller's project, so that the binder's generator sees the type.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddOptions<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(
        this MlOpsBuilder builder, string path, Action<IConfigurationSection, TOptions> bind, Action<TOptions>? configure = null)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(bind);
        SectionBinder<TOptions>.Add(builder.Services, path, bind);
        builder.Services.AddOptions<TOptions>().Configure(options => configure?.Invoke(options));
        return builder;
    }
}
