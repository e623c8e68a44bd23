using System.Text;
using CsCheck;
using MlOps.Storage;

namespace MlOps.Abstractions.Tests.Storage;

public sealed class Sha256DigestTests
{
    // FIPS 180-4 examples, https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
    [TestCase("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [TestCase("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [TestCase("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public async Task Digest_of_known_content_is_known(string content, string expected)
    {
        var bytes = Encoding.ASCII.GetBytes(content);
        using var stream = new MemoryStream(bytes);

        Assert.That(Sha256Digest.Of(bytes).ToString(), Is.EqualTo(expected));
        Assert.That((await Sha256Digest.OfAsync(stream)).ToString(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Digest_of_a_stream_begins_at_its_position()
    {
        using var stream = new MemoryStream("xxabc"u8.ToArray()) { Position = 2 };

        Assert.That(await Sha256Digest.OfAsync(stream), Is.EqualTo(Sha256Digest.Of("abc"u8)));
    }

    [Test]
    public void Parse_and_to_string_are_inverse()
    {
        Gen.Byte.Array[32].Sample(static bytes => Sha256Digest.Parse(new Sha256Digest(bytes).ToString()) == new Sha256Digest(bytes)
            && Sha256Digest.Parse(Convert.ToHexString(bytes)).ToString() == Convert.ToHexStringLower(bytes));
    }

    [Test]
    public void Digests_are_equal_if_all_their_bytes_are()
    {
        Gen.Select(Gen.Byte.Array[32], Gen.Int[0, 31]).Sample(static (bytes, index) =>
        {
            var one = new Sha256Digest(bytes);
            var same = new Sha256Digest(bytes);
            var changed = bytes.ToArray();
            changed[index] ^= 1;
            var other = new Sha256Digest(changed);
            return one == same && one.GetHashCode() == same.GetHashCode() && one.Equals((object)same) && one != other && !one.Equals((object)other);
        });
    }

    [TestCase("")]
    [TestCase("ba7816bf")]
    [TestCase("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [TestCase("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0")]
    [TestCase("xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [TestCase(" a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Text_that_is_not_a_digest_is_rejected(string text)
    {
        Assert.That(Sha256Digest.TryParse(text, out var digest), Is.False);
        Assert.That(digest, Is.EqualTo(default(Sha256Digest)));
        Assert.That(
            () => Sha256Digest.Parse(text),
            Throws.TypeOf<FormatException>().With.Message.EqualTo($"'{text}' is not a SHA-256 digest. Specify 64 hexadecimal digits."));
    }

    [Test]
    public void Null_is_not_a_digest()
    {
        Assert.That(Sha256Digest.TryParse(null, out _), Is.False);
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void Bytes_of_another_length_are_rejected(int length)
    {
        Assert.That(() => new Sha256Digest(new byte[length]), Throws.ArgumentException.With.Message.Contains($"has {length} bytes. Specify the 32 bytes"));
    }

    [Test]
    public void Default_is_32_zero_bytes()
    {
        Assert.That(default(Sha256Digest).ToString(), Is.EqualTo(new string('0', 64)));
    }
}
