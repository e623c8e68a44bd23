using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Models;
using MlOps.Serving;
using MlOps.Validation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers served models and model loaders.</summary>
public static class ModelBuilderExtensions
{
    /// <summary>Registers a served model with typed rows, as keyed <see cref="IModel{TInput, TOutput}"/> and <see cref="IModel"/>.</summary>
    /// <remarks>
    /// <para>
    /// The options are bound from <c>MlOps:Models:&lt;name&gt;</c> and then set by <paramref name="configure"/>. The model is loaded when the host starts,
    /// unless it is lazy. Without a host, it is loaded on first use.
    /// </para>
    /// <para>A repeated call with the same name and types does not register the model again. Its <paramref name="configure"/> runs after the earlier
    /// ones.</para>
    /// <para>
    /// The unkeyed <see cref="IModel{TInput, TOutput}"/> resolves if exactly one model has these types. The unkeyed <see cref="IModel"/> services are
    /// all models.
    /// </para>
    /// </remarks>
    /// <typeparam name="TInput">The type of an input row. Its properties map to the inputs of the model.</typeparam>
    /// <typeparam name="TOutput">The type of an output row. Its properties map to outputs of the model.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The service key, options name and section name. It is also the name in the registry unless <see cref="ServedModelOptions.Model"/>
    /// is set.</param>
    /// <param name="configure">Sets options in code. These take precedence over the section.</param>
    /// <param name="createProcessor">Creates the processor of a version from its verified files, such as a tokenizer with the vocabulary of the version.
    /// The processor converts rows to tensors and back. If <see langword="null"/>, properties map to inputs and outputs by name. If the function throws,
    /// the version is not served.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty, or registered with other types.</exception>
    public static MlOpsBuilder AddModel<
        [DynamicallyAccessedMembers(
            DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors
            | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
        this MlOpsBuilder builder,
        string name,
        Action<ServedModelOptions>? configure = null,
        Func<LocalVersion, IModelProcessor<TInput, TOutput>>? createProcessor = null)
        where TInput : class
        where TOutput : class, new()
    {
        Add(
            builder,
            name,
            typeof(IModel<TInput, TOutput>),
            (options, runtime, violations) => new ServedModel<TInput, TOutput>(name, options, runtime, violations, createProcessor),
            configure,
            services =>
            {
                services.AddKeyedSingleton(name, static (provider, key) => (IModel<TInput, TOutput>)provider.GetRequiredKeyedService<ServedModel>(key));
                services.TryAddSingleton(static provider => GetOnly<TInput, TOutput>(provider));
            });
        return builder;
    }

    /// <summary>Registers a served model that predicts from named tensors, as keyed <see cref="IModel"/>.</summary>
    /// <inheritdoc cref="AddModel{TInput, TOutput}" path="/remarks/para[position() &lt; 3]"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The service key, options name and section name. It is also the name in the registry unless <see cref="ServedModelOptions.Model"/>
    /// is set.</param>
    /// <param name="configure">Sets options in code. These take precedence over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty, or registered with types.</exception>
    public static MlOpsBuilder AddModel(this MlOpsBuilder builder, string name, Action<ServedModelOptions>? configure)
    {
        Add(builder, name, typeof(IModel), (options, runtime, violations) => new ServedModel(name, options, runtime, violations), configure, static _ => { });
        return builder;
    }

    /// <inheritdoc cref="AddModel(MlOpsBuilder, string, Action{ServedModelOptions}?)"/>
    public static MlOpsBuilder AddModel(this MlOpsBuilder builder, string name) => builder.AddModel(name, configure: null);

    /// <summary>Registers a model loader for another format. If two loaders support the same format, the one registered last is used.</summary>
    /// <typeparam name="TLoader">The type of the loader, which is registered as a singleton.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddModelLoader<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TLoader>(
        this MlOpsBuilder builder)
        where TLoader : class, IModelLoader
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelLoader, TLoader>());
        return builder;
    }

    /// <summary>Sets the shared options of all served models in code. These take precedence over the section <c>MlOps:Serving</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder ConfigureServing(this MlOpsBuilder builder, Action<ServingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    private static void Add(
        MlOpsBuilder builder,
        string name,
        Type type,
        Func<ServedModelOptions, ServingRuntime, InputViolationCounter, ServedModel> create,
        Action<ServedModelOptions>? configure,
        Action<IServiceCollection> addTyped)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var services = builder.Services;
        if (ServedModelRegistration.In(services).FirstOrDefault(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)) is { } registered)
        {
            if (registered.Type != type)
            {
                throw new ArgumentException(
                    $"A model with the name '{name}' is already registered with other types. Use another name and set Model.", nameof(name));
            }

            services.AddOptions<ServedModelOptions>(registered.Name).Configure(options => configure?.Invoke(options));
            return;
        }

        SectionBinder<ServedModelOptions>.AddNamed(
            services, other => other == name ? $"{ServedModelOptions.SectionName}:{name}" : null, static (section, options) => section.Bind(options));
        services.AddOptions<ServedModelOptions>(name).Configure(options => configure?.Invoke(options));
        services.AddKeyedSingleton(
            name, (provider, _) =>
                create(GetOptions(provider), provider.GetRequiredService<ServingRuntime>(), provider.GetRequiredService<InputViolationCounter>()));
        services.AddKeyedSingleton<IModel>(name, static (provider, key) => provider.GetRequiredKeyedService<ServedModel>(key));
        services.AddSingleton<IModel>(provider => provider.GetRequiredKeyedService<ServedModel>(name));
        services.AddSingleton(new ServedModelRegistration(
            name, type, provider => provider.GetRequiredKeyedService<ServedModel>(name), provider => GetOptions(provider)));
        addTyped(services);

        ServedModelOptions GetOptions(IServiceProvider provider) => provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get(name);
    }

    private static IModel<TInput, TOutput> GetOnly<TInput, TOutput>(IServiceProvider provider)
        where TInput : class
        where TOutput : class
    {
        var names = provider.GetServices<ServedModelRegistration>()
            .Where(static model => model.Type == typeof(IModel<TInput, TOutput>)).Select(static model => model.Name).ToArray();
        return names is [var only]
            ? provider.GetRequiredKeyedService<IModel<TInput, TOutput>>(only)
            : throw new InvalidOperationException(
                $"{names.Length} models have the types {typeof(TInput).Name} and {typeof(TOutput).Name}: "
                + $"{string.Join(", ", names.Select(static name => $"'{name}'"))}. "
                + $"Resolve one by its key, as in [FromKeyedServices(\"{names[0]}\")].");
    }
}
