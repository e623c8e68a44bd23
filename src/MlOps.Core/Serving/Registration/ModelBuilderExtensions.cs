using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Models;
using MlOps.Serving;
using MlOps.Validation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the models that a service serves, and loaders of models.</summary>
[SuppressMessage("ApiDesign", "RS0026:Do not add multiple overloads with optional parameters", Justification = "The overloads of AddModel differ in their type arguments or a required processor, so leaving out the options is never ambiguous.")]
public static class ModelBuilderExtensions
{
    /// <summary>Serves a model of the registry as <see cref="IModel{TInput, TOutput}"/>, and <see cref="IModel"/>, under a key.</summary>
    /// <remarks>
    /// <para>The options are bound from <c>MlOps:Models:&lt;name&gt;</c> and then set by code. The host's start loads the model, unless it is lazy; without a host it is loaded when it is first asked for a prediction that waits.</para>
    /// <para>A call that repeats the name and the types registers nothing again; the options that it sets in code apply after those of the earlier calls.</para>
    /// <para>Without a key, <see cref="IModel{TInput, TOutput}"/> resolves as long as one model only has these types, and <see cref="IModel"/> enumerates all models.</para>
    /// </remarks>
    /// <typeparam name="TInput">The type of an input row; its properties stand for the model's inputs.</typeparam>
    /// <typeparam name="TOutput">The type of an output row; its properties stand for outputs of the model.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The service key, options name and section name, and the name in the registry unless <see cref="ServedModelOptions.Model"/> says
    /// another.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty, or registered with other types.</exception>
    public static MlOpsBuilder AddModel<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
        this MlOpsBuilder builder, string name, Action<ServedModelOptions>? configure = null)
        where TInput : class
        where TOutput : class, new() =>
        Add<TInput, TOutput>(builder, name, createProcessor: null, configure);

    /// <summary>Serves a model of the registry whose rows a processor converts to tensors and back, such as a tokenizer with the vocabulary of the
    /// version.</summary>
    /// <inheritdoc cref="AddModel{TInput, TOutput}(MlOpsBuilder, string, Action{ServedModelOptions}?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The service key, options name and section name, and the name in the registry unless <see cref="ServedModelOptions.Model"/> says another.</param>
    /// <param name="createProcessor">Creates the processor of a version from its verified files. If it throws, the version is not served.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    public static MlOpsBuilder AddModel<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
        this MlOpsBuilder builder, string name, Func<LocalVersion, IModelProcessor<TInput, TOutput>> createProcessor, Action<ServedModelOptions>? configure = null)
        where TInput : class
        where TOutput : class, new()
    {
        ArgumentNullException.ThrowIfNull(createProcessor);
        return Add(builder, name, createProcessor, configure);
    }

    private static MlOpsBuilder Add<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
        MlOpsBuilder builder, string name, Func<LocalVersion, IModelProcessor<TInput, TOutput>>? createProcessor, Action<ServedModelOptions>? configure)
        where TInput : class
        where TOutput : class, new()
    {
        Add(
            builder,
            name,
            typeof(IModel<TInput, TOutput>),
            (options, services, violations) => new ServedModel<TInput, TOutput>(name, options, services, violations, createProcessor),
            configure,
            services =>
            {
                services.AddKeyedSingleton(name, static (provider, key) => (IModel<TInput, TOutput>)provider.GetRequiredKeyedService<ServedModel>(key));
                services.TryAddSingleton(static provider => GetOnly<TInput, TOutput>(provider));
            });
        return builder;
    }

    /// <summary>Serves a model of the registry by named tensors, as <see cref="IModel"/> under a key. For models that no class can express, and for callers
    /// without types of their own.</summary>
    /// <inheritdoc cref="AddModel{TInput, TOutput}(MlOpsBuilder, string, Action{ServedModelOptions}?)" path="/remarks/para[position() &lt; 3]"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The service key, options name and section name, and the name in the registry unless <see cref="ServedModelOptions.Model"/> says another.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty, or registered with types.</exception>
    public static MlOpsBuilder AddModel(this MlOpsBuilder builder, string name, Action<ServedModelOptions>? configure = null)
    {
        Add(builder, name, typeof(IModel), (options, services, violations) => new ServedModel(name, options, services, violations), configure, static _ => { });
        return builder;
    }

    /// <summary>Registers a loader of models, for a format that no package loads. Of two of one format the one registered last loads.</summary>
    /// <typeparam name="TLoader">The loader; a singleton.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddModelLoader<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TLoader>(this MlOpsBuilder builder)
        where TLoader : class, IModelLoader
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelLoader, TLoader>());
        return builder;
    }

    /// <summary>Sets options of all served models together in code, which win over the section <c>MlOps:Serving</c>.</summary>
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
                throw new ArgumentException($"A model is served as '{name}' already, with other types. Give the second one a name of its own, and set its Model.", nameof(name));
            }

            services.AddOptions<ServedModelOptions>(registered.Name).Configure(options => configure?.Invoke(options));
            return;
        }

        SectionBinder<ServedModelOptions>.AddNamed(
            services, other => other == name ? $"{ServedModelOptions.SectionName}:{name}" : null, static (section, options) => section.Bind(options));
        services.AddOptions<ServedModelOptions>(name).Configure(options => configure?.Invoke(options));
        services.AddKeyedSingleton(
            name, (provider, _) => create(GetOptions(provider), provider.GetRequiredService<ServingRuntime>(), provider.GetRequiredService<InputViolationCounter>()));
        services.AddKeyedSingleton<IModel>(name, static (provider, key) => provider.GetRequiredKeyedService<ServedModel>(key));
        services.AddSingleton<IModel>(provider => provider.GetRequiredKeyedService<ServedModel>(name));
        services.AddSingleton(new ServedModelRegistration(name, type, provider => provider.GetRequiredKeyedService<ServedModel>(name), provider => GetOptions(provider)));
        addTyped(services);

        ServedModelOptions GetOptions(IServiceProvider provider) => provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get(name);
    }

    private static IModel<TInput, TOutput> GetOnly<TInput, TOutput>(IServiceProvider provider)
        where TInput : class
        where TOutput : class
    {
        var names = provider.GetServices<ServedModelRegistration>().Where(static model => model.Type == typeof(IModel<TInput, TOutput>)).Select(static model => model.Name).ToArray();
        return names is [var only]
            ? provider.GetRequiredKeyedService<IModel<TInput, TOutput>>(only)
            : throw new InvalidOperationException(
                $"{names.Length} models take {typeof(TInput).Name} and give {typeof(TOutput).Name}: {string.Join(", ", names.Select(static name => $"'{name}'"))}. Ask for one by its key, as in [FromKeyedServices(\"{names[0]}\")].");
    }
}
