using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Models;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers loaders of models with options. Providers' own <c>Add…Models</c> methods call it.</summary>
public static class ModelLoaderBuilderExtensions
{
    /// <summary>Registers a loader as a singleton <see cref="IModelLoader"/>, with its options bound from a section below <c>MlOps</c>, then set by code, and validated at the host's start.</summary>
    /// <remarks>May be called more than once: the loader is registered once, and the code of every call is applied, in order. Register an <see cref="IValidateOptions{TOptions}"/> beside it.</remarks>
    /// <typeparam name="TLoader">The loader.</typeparam>
    /// <typeparam name="TOptions">Its options class.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section's name below <c>MlOps</c>, such as <c>Onnx</c>.</param>
    /// <param name="bind">Binds the section, as <c>section.Bind(options)</c>; in the provider, so that the binding generator sees the type.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <param name="create">Makes the loader.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddModelLoader<TLoader, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this MlOpsBuilder builder, string section, Action<IConfigurationSection, TOptions> bind, Action<TOptions>? configure, Func<TOptions, TLoader> create)
        where TLoader : class, IModelLoader
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(section);
        var loader = ServiceDescriptor.Singleton<IModelLoader, TLoader>(provider => create(provider.GetRequiredService<IOptions<TOptions>>().Value));
        var count = builder.Services.Count;
        builder.Services.TryAddEnumerable(loader);
        if (builder.Services.Count > count)
        {
            builder.Services.AddOptions<TOptions>().Configure<MlOpsSettings>((options, settings) =>
            {
                if (settings.Find(section) is { } found)
                {
                    bind(found, options);
                }
            }).ValidateOnStart();
        }

        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
