using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Serving;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers options of packages that extend MlOps.</summary>
public static class MlOpsOptionsBuilderExtensions
{
    /// <summary>Registers options that are bound from a section below <c>MlOps</c>, then set by code, and validated when the host starts.</summary>
    /// <typeparam name="TOptions">The type of the options.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The path of the section below <c>MlOps</c>, such as <c>Onnx</c>.</param>
    /// <param name="bind">Binds the section. Pass a lambda in the calling project, so that the binding source generator recognizes the type.</param>
    /// <param name="configure">Sets options in code. These take precedence over the section.</param>
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

    /// <summary>Registers options of a package, such as a model loader, that can be overridden for each served model.</summary>
    /// <remarks>
    /// Unnamed options are bound from the section <c>MlOps:&lt;name&gt;</c>. Options with the name of a served model
    /// (<see cref="MlOps.Models.ModelSource.ServedAs"/>, <see cref="ObservedVersion.ServedAs"/>) are bound from that section and then
    /// from <c>MlOps:Models:&lt;model&gt;:&lt;name&gt;</c>.
    /// <paramref name="configure"/> applies to both. The options are validated when the host starts. The method may be called more than once.
    /// </remarks>
    /// <typeparam name="TOptions">The type of the options.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the section, such as <c>Onnx</c>.</param>
    /// <param name="bind">Binds the section. Pass a lambda in the calling project, so that the binding source generator recognizes the type.</param>
    /// <param name="configure">Sets options in code. These take precedence over the sections.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddModelOptions<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(
        this MlOpsBuilder builder, string name, Action<IConfigurationSection, TOptions> bind, Action<TOptions>? configure = null)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(bind);
        SectionBinder<TOptions>.Add(builder.Services, name, bind);
        if (!builder.Services.Any(service => service.ImplementationInstance is ModelSection section && section.Name == name))
        {
            SectionBinder<TOptions>.AddNamed(builder.Services, model => model.Length == 0 ? null : name, bind);
            SectionBinder<TOptions>.AddNamed(builder.Services, model => model.Length == 0 ? null : $"{ServedModelOptions.SectionName}:{model}:{name}", bind);
            builder.Services.AddSingleton(new ModelSection(
                name, SettingShape.Of<TOptions>(), static (provider, model) => _ = provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(model)));
        }

        builder.Services.ConfigureAll<TOptions>(options => configure?.Invoke(options));
        return builder;
    }
}
